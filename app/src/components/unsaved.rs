//! What keeps a page while it shows something that is shown once: a secret, a private key, a one-time link.

use leptos::{ev, prelude::*};

use super::{
    button::{Button, Look},
    icon::{Glyph, Icon},
    late::Late,
};
use crate::{
    browser::{focus, history},
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
    Effect::new(move |_| place.set_guard(is_unsaved.get().then_some(ask)));
    // While the question is asked, one more step back leads away: a person has been warned.
    let is_armed = Memo::new(move |_| progress() == Some(Progress::NotSaved));
    let armed = StoredValue::new(false);
    let arm = move |wanted: bool| {
        if armed.try_get_value() == Some(!wanted) {
            armed.set_value(wanted);
            if wanted { history::arm() } else { history::disarm() }
        }
    };
    Effect::new(move |_| arm(is_armed.get()));
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if is_unsaved.try_get_untracked() == Some(true) {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        leaving.remove();
        place.set_guard(None);
        arm(false);
    });
}

/// The question before something is lost.
#[component]
pub fn Unsaved(
    /// What has not been done.
    title: &'static str,
    /// What that means.
    text: &'static str,
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
                <Button text="Close anyway" on_press=move || on_close.run(()) />
                <Button text="Go back" look=Look::Primary id=GO_BACK on_press=move || on_stay.run(()) />
            </div>
        </div>
    }
    .late()
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
                    "Your session has ended. Save this first, then sign in again."
                </p>
            })}
        </div>
    }
    .late()
}
