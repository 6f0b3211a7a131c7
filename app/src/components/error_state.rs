//! The message in place of something that could not be loaded.

use latchkey_model::problem::Problem;
use leptos::prelude::*;

use super::{
    button::Button,
    form_problem::problem_text,
    icon::{Glyph, Icon},
};
use crate::{
    lean::{ClientOnly, ClientShow},
    state::Refresh,
};

/// Says why something could not be loaded, and has a button to try again. A request that is repeated automatically needs no button:
/// the banner gives the reason for all such requests.
#[component]
pub fn ErrorState(
    /// What could not be loaded.
    title: &'static str,
    /// Why.
    problem: Problem,
    /// What trying again does.
    #[prop(into)]
    on_retry: Callback<()>,
    /// The request that has failed, if it may be repeated automatically.
    #[prop(optional, into)]
    refresh: Option<Refresh>,
) -> impl IntoView {
    let is_waiting = refresh.is_some_and(Refresh::is_waiting);
    let detail =
        if is_waiting { "It will appear here as soon as Latchkey answers.".to_owned() } else { problem_text(&problem) };
    view! {
        <div class="error-state" role="alert">
            <span class="error-state-icon"><Icon glyph=Glyph::Warning /></span>
            <p class="error-state-title">{title}</p>
            <p class="error-state-detail">{detail}</p>
            <ClientShow when=move || !is_waiting>
                <Button text="Try again" on_press=move || on_retry.run(()) />
            </ClientShow>
        </div>
    }
    .client_only()
}
