//! The guard of a page that shows something that cannot be shown again: a secret, a private key, a one-time link.

use leptos::{ev, prelude::*};

use super::{
    button::{Button, Variant},
    icon::{Glyph, Icon},
};
use crate::{
    browser::{focus, history},
    lean::ClientOnly,
    navigation::Location,
    state::{CurrentSession, Progress},
};

const BACK: &str = "secret-back";

/// Guards the page while a secret is shown, which `progress` says; `None` means that none is. Only a person can leave the page then.
/// While the secret is not saved (`is_unsaved`, which may begin before it is shown), a person who leaves is asked: by the browser where
/// it can, and by `ask` where the page can.
pub fn guard_page(
    is_shown: impl Fn() -> bool + Send + Sync + 'static,
    is_unsaved: impl Fn() -> bool + Send + Sync + 'static,
    progress: impl Fn() -> Option<Progress> + Send + Sync + 'static,
    ask: Callback<()>,
) {
    let session = expect_context::<CurrentSession>();
    let location = Location::current();
    session.keep_page_while(Signal::derive(is_shown));
    let is_unsaved = Memo::new(move |_| is_unsaved());
    // Removed only by the part that has set it: two parts of the page can set one, one after the other.
    let guards = StoredValue::new(false);
    let guard = move |is_needed: bool| {
        if guards.try_get_value() == Some(!is_needed) {
            guards.set_value(is_needed);
            location.set_guard(is_needed.then_some(ask));
        }
    };
    Effect::new(move |_| guard(is_unsaved.get()));
    let has_entry = StoredValue::new(false);
    let guard_history = move |progress: Option<Progress>| match progress {
        Some(Progress::NotSaved) => {
            has_entry.set_value(true);
            history::push_guard();
        }
        // A second step back, while the question is shown, is not prevented: the person has been warned.
        Some(Progress::AskedToClose) => {}
        Some(Progress::Saved(_)) | None => {
            if has_entry.try_get_value() == Some(true) {
                has_entry.set_value(false);
                history::pop_guard();
            }
        }
    };
    Effect::new(move |_| guard_history(progress()));
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if is_unsaved.try_get_untracked() == Some(true) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        leaving.remove();
        guard(false);
        guard_history(None);
    });
}

/// The question before something is lost.
#[component]
pub fn UnsavedQuestion(
    /// What was not done.
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
    Effect::new(move |_| focus::element_with_id(BACK));
    view! {
        <div class="secret-guard" role="alertdialog" aria-labelledby="guard-title" aria-describedby="guard-text">
            <h3 id="guard-title">{title}</h3>
            <p id="guard-text">{text}</p>
            <div class="dialog-actions">
                <Button text=close on_press=move || on_close.run(()) />
                <Button text=back variant=Variant::Primary id=BACK on_press=move || on_stay.run(()) />
            </div>
        </div>
    }
    .client_only()
}

/// Says in an open dialog that the session has ended: the banner is behind the dialog.
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
