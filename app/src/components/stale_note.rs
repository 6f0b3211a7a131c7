//! What stands above something that is not the latest.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{
    browser::dates,
    lean::{ClientOnly, dynamic},
    state::{Refresh, passes_by_itself},
};

/// Says from when something is that could not be loaded again. The style sheet greys what it stands above. Where Latchkey cannot
/// be reached, the page says so elsewhere, and tries again by itself; else the note says why, and offers to try again.
#[component]
pub fn StaleNote(
    /// The request that has failed.
    refresh: Refresh,
    /// What is shown, such as "These members".
    #[prop(into)]
    what: Signal<String>,
    /// Makes the request again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let note = move || {
        let problem = refresh.problem()?;
        let text = format!("{} from {}.", what.get(), dates::clock_today(refresh.answered_at()));
        let ends_by_itself = passes_by_itself(&problem);
        let reason = (!ends_by_itself).then(|| format!("{} ", problem.detail));
        Some(view! {
            <p class="note note-warn">
                <Icon glyph=Glyph::Clock />
                <span>
                    {reason}
                    {text}
                    {(!ends_by_itself).then(|| view! {
                        " "<button class="link" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
                    })}
                </span>
            </p>
        }
        .client_only())
    };
    view! { <div class="stale-note" role="status">{dynamic(move || note().into_any())}</div> }.into_any()
}
