//! What stands where something could not be loaded.

use latchkey_model::problem::Problem;
use leptos::prelude::*;

use super::{
    button::Button,
    form_problem::what_to_say,
    icon::{Glyph, Icon},
    late::Late,
};

/// Says why something is not there, and offers to try again.
#[component]
pub fn ErrorState(
    /// What is not there.
    title: &'static str,
    /// Why.
    problem: Problem,
    /// What trying again does.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="error-state" role="alert">
            <span class="error-state-icon"><Icon glyph=Glyph::Warning /></span>
            <p class="error-state-title">{title}</p>
            <p class="error-state-detail">{what_to_say(&problem)}</p>
            <Button text="Try again" on_press=move || on_retry.run(()) />
        </div>
    }
    .late()
}
