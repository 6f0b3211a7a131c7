//! What turns the pages of a list.

use leptos::prelude::*;

use super::{
    button::Button,
    form_problem::FormProblem,
    late::{Late, LateShow},
    live::live,
};
use crate::state::Pages;

/// Buttons for the page before and the next one. A list of one page has none.
#[component]
pub fn Pager<T: Clone + Send + Sync + 'static>(
    /// The pages.
    pages: Pages<T>,
    /// What they are pages of, such as "members".
    of: &'static str,
) -> impl IntoView {
    let is_needed = move || pages.has_previous() || pages.has_next();
    let pending = pages.turning().pending();
    view! {
        <LateShow when=is_needed>
            <nav class="pager" aria-label=format!("Pages of {of}")>
                <LateShow when=move || pages.has_previous()>
                    <Button text="Previous" pending=pending on_press=move || pages.show_previous() />
                </LateShow>
                <span class="pager-number" role="status">{live(move || format!("Page {}", pages.number()).into_any())}</span>
                <LateShow when=move || pages.has_next()>
                    <Button text="Next" pending=pending on_press=move || pages.show_next() />
                </LateShow>
            </nav>
        </LateShow>
        <FormProblem problem=pages.turning().problem() />
    }
    .late()
}
