//! The note above data that is not the latest.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{
    browser::dates,
    lean::{ClientOnly, dynamic},
    state::{Refresh, is_temporary},
};

/// Says how old the data below it is, if it could not be loaded again. The style sheet greys that data. If Latchkey cannot be reached,
/// the banner says so and the request is repeated automatically; otherwise the note gives the reason and a button to try again.
#[component]
pub fn StaleNote(
    /// The request that has failed.
    refresh: Refresh,
    /// What is shown, such as "Showing the members".
    #[prop(into)]
    what: Signal<String>,
    /// Repeats the request.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let note = move || {
        let problem = refresh.problem()?;
        let text = format!("{} from {}.", what.get(), dates::clock_today(refresh.answered_at()));
        let is_temporary = is_temporary(&problem);
        let reason = (!is_temporary).then(|| format!("{} ", problem.detail));
        Some(view! {
            <p class="note note-warn">
                <Icon glyph=Glyph::Clock />
                <span>
                    {reason}
                    {text}
                    {(!is_temporary).then(|| view! {
                        " "<button class="link" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
                    })}
                </span>
            </p>
        }
        .client_only())
    };
    view! { <div class="stale-note" role="status">{dynamic(move || note().into_any())}</div> }.into_any()
}
