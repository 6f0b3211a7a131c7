//! The buttons that turn the pages of a list.

use leptos::prelude::*;

use super::{button::Button, form_problem::FormProblem};
use crate::{
    lean::{ClientOnly, ClientShow, dynamic},
    state::Pages,
};

/// Buttons for the previous and the next page. A list of one page has none.
#[component]
pub fn Pager<T: Clone + Send + Sync + 'static>(
    /// The pages.
    pages: Pages<T>,
    /// The name of the list, such as "members".
    list: &'static str,
) -> impl IntoView {
    let is_needed = move || pages.has_previous() || pages.has_next();
    let pending = pages.call().pending();
    view! {
        <ClientShow when=is_needed>
            <nav class="pager" aria-label=format!("Pages of {list}")>
                <ClientShow when=move || pages.has_previous()>
                    <Button text="Previous" pending=pending on_press=move || pages.show_previous() />
                </ClientShow>
                <span class="pager-number" role="status">{dynamic(move || format!("Page {}", pages.number()).into_any())}</span>
                <ClientShow when=move || pages.has_next()>
                    <Button text="Next" pending=pending on_press=move || pages.show_next() />
                </ClientShow>
            </nav>
        </ClientShow>
        <FormProblem problem=pages.call().problem() />
    }
    .client_only()
}
