//! The problem of a form that concerns no single field.

use latchkey_model::problem::{Problem, ProblemKind};
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::lean::{ClientOnly, dynamic};

/// A message above the buttons of a form. Its element is always in the page, so that screen readers announce the message.
#[component]
pub fn FormProblem(
    /// Why the form was refused.
    problem: Signal<Option<Problem>>,
) -> impl IntoView {
    let text = Memo::new(move |_| {
        problem.with(|problem| problem.as_ref().filter(|problem| problem.field.is_none()).map(problem_text))
    });
    view! {
        <div class="form-problem" role="alert">
            {dynamic(move || text.get().map(|text| view! { <p class="note note-bad"><Icon glyph=Glyph::Warning />{text}</p> }.client_only()).into_any())}
        </div>
    }
    .into_any()
}

/// Returns the text of `problem` for a person.
#[must_use]
pub fn problem_text(problem: &Problem) -> String {
    match problem.kind {
        ProblemKind::Unreachable => {
            "We could not reach Latchkey. Check that the server is running and you're online, then try again.".to_owned()
        }
        // For a request of the console this means that the server has another idea of the page's address.
        ProblemKind::CrossSite => {
            "Latchkey accepts no changes from this address. Open it at its public URL. If this is the public URL, a proxy changes the Host header: the operator has to set LATCHKEY_PUBLIC_URL.".to_owned()
        }
        _ => problem.detail.clone(),
    }
}
