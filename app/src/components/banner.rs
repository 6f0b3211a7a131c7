//! The line at the top of the page that concerns the whole page: the session has ended, or Latchkey cannot be reached.

use latchkey_model::problem::ProblemKind;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{
    lean::{ClientOnly, dynamic},
    state::{Connection, CurrentSession, is_temporary},
};

/// Shows the line while there is something to report.
#[component]
pub fn Banner() -> impl IntoView {
    let connection = expect_context::<Connection>();
    let session = expect_context::<CurrentSession>();
    let text = Memo::new(move |_| {
        let unknown = || session.refresh().problem().filter(|problem| !is_temporary(problem));
        if session.has_ended() {
            return Some("You've been signed out.".to_owned());
        }
        match connection.problem() {
            Some(problem) if problem.kind == ProblemKind::Unreachable => {
                Some("Latchkey cannot be reached. Trying again…".to_owned())
            }
            Some(problem) => Some(format!("{} Trying again…", problem.detail)),
            None => unknown().map(|problem| format!("Latchkey couldn't check who is signed in. {}", problem.detail)),
        }
    });
    let retry = move |_| {
        connection.try_now();
        if untrack(|| session.refresh().has_failed()) {
            session.fetch();
        }
    };
    let action = move || {
        if session.has_ended() {
            view! { <a class="link" href=session.sign_in_url() rel="external">"Sign in again"</a> }.client_only()
        } else {
            view! { <button class="link" type="button" on:click=retry>"Try again"</button> }.client_only()
        }
    };
    view! {
        <div class="banner" role="alert">
            {dynamic(move || {
                text.get()
                    .map(|text| view! { <p><Icon glyph=Glyph::Warning /><span>{text}</span>{action()}</p> }.client_only())
                    .into_any()
            })}
        </div>
    }
    .into_any()
}
