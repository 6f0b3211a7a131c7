//! What keeps a page while it shows something that is shown once: a secret, a private key, a one-time link.

use leptos::{ev, prelude::*};

use super::{
    button::{Button, Look},
    icon::{Glyph, Icon},
};
use crate::{
    browser::{focus, history},
    lean::ClientOnly,
    navigation::Place,
    state::{CurrentSession, Progress},
};

const GO_BACK: &str = "secret-go-back";

/// Keeps the page while something of which `progress` tells is shown; `None` means that nothing is. Nothing but a person leaves the
/// page then. As long as it is not saved (`is_unsaved`, which may begin before it is shown), a person who leaves is asked: by the
/// browser where it can, and by `ask` where the page itself can answer.
pub fn keep_page(
    is_shown: impl Fn() -> bool + Send + Sync + 'static,
    is_unsaved: impl Fn() -> bool + Send + Sync + 'static,
    progress: impl Fn() -> Option<Progress> + Send + Sync + 'static,
    ask: Callback<()>,
) {
    let session = expect_context::<CurrentSession>();
    let place = Place::here();
    session.hold_while(Signal::derive(is_shown));
    let is_unsaved = Memo::new(move |_| is_unsaved());
    // Taken away only by the one that has set it: two parts of the page can keep it, one after the other.
    let guards = StoredValue::new(false);
    let guard = move |wanted: bool| {
        if guards.try_get_value() == Some(!wanted) {
            guards.set_value(wanted);
            place.set_guard(wanted.then_some(ask));
        }
    };
    Effect::new(move |_| guard(is_unsaved.get()));
    let armed = StoredValue::new(false);
    let arm = move |progress: Option<Progress>| match progress {
        Some(Progress::NotSaved) => {
            armed.set_value(true);
            history::arm();
        }
        // A step back that was answered by the question is not prevented again: a person has been warned.
        Some(Progress::AskedToClose) => {}
        Some(Progress::Saved(_)) | None => {
            if armed.try_get_value() == Some(true) {
                armed.set_value(false);
                history::disarm();
            }
        }
    };
    Effect::new(move |_| arm(progress()));
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if is_unsaved.try_get_untracked() == Some(true) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        leaving.remove();
        guard(false);
        arm(None);
    });
}

/// The question before something is lost.
#[component]
pub fn Unsaved(
    /// What has not been done.
    title: &'static str,
    /// What that means.
    text: &'static str,
    /// The text of the button that closes.
    close: &'static str,
    /// The text of the button that goes back.
    back: &'static str,
    /// What closing all the same does.
    #[prop(into)]
    on_close: Callback<()>,
    /// What going back does.
    #[prop(into)]
    on_stay: Callback<()>,
) -> impl IntoView {
    Effect::new(move |_| focus::element_with_id(GO_BACK));
    view! {
        <div class="secret-guard" role="alertdialog" aria-labelledby="guard-title" aria-describedby="guard-text">
            <h3 id="guard-title">{title}</h3>
            <p id="guard-text">{text}</p>
            <div class="dialog-actions">
                <Button text=close on_press=move || on_close.run(()) />
                <Button text=back look=Look::Primary id=GO_BACK on_press=move || on_stay.run(()) />
            </div>
        </div>
    }
    .client_only()
}

/// Says in an open dialog that the session has ended: what the page says of it lies under the dialog.
#[component]
pub fn SessionEnded() -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    view! {
        <div class="session-ended" role="alert">
            {move || session.has_ended().then(|| view! {
                <p class="note note-bad">
                    <Icon glyph=Glyph::Warning />
                    "You've been signed out. Save this first, then sign in again."
                </p>
            })}
        </div>
    }
    .client_only()
}
