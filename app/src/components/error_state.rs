//! What stands where something could not be loaded.

use latchkey_model::problem::Problem;
use leptos::prelude::*;

use super::{
    button::Button,
    form_problem::what_to_say,
    icon::{Glyph, Icon},
};
use crate::{
    lean::{ClientOnly, ClientShow},
    state::Refresh,
};

/// Says why something is not there, and offers to try again. What is asked for again by itself needs no offer: why it has to be, the
/// page says in one place for all of it.
#[component]
pub fn ErrorState(
    /// What is not there.
    title: &'static str,
    /// Why.
    problem: Problem,
    /// What trying again does.
    #[prop(into)]
    on_retry: Callback<()>,
    /// The request that has failed, if it can be made again by itself.
    #[prop(optional, into)]
    refresh: Option<Refresh>,
) -> impl IntoView {
    let is_waiting = refresh.is_some_and(Refresh::is_waiting);
    let detail =
        if is_waiting { "It will appear here as soon as Latchkey answers.".to_owned() } else { what_to_say(&problem) };
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
