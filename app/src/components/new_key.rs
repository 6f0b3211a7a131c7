//! The views of creating a key: the form, the secret, the offer to show it again, and the note about a lost answer.

use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    create_key_dialog::CreateKeyDialog,
    icon::{Glyph, Icon},
    secret_dialog::{SecretDialog, ask_to_close},
    show_again::ShowAgainOffers,
    unsaved::guard_page,
};
use crate::{
    lean::ClientOnly,
    state::{Creation, Progress},
};

/// Shows the current dialog, the note and the offers.
#[component]
pub fn NewKeyView() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let is_shown = Memo::new(move |_| creation.progress().is_some());
    let form_kind = Memo::new(move |_| creation.form_kind());
    let unanswered = Memo::new(move |_| creation.unanswered());
    let ask = move || {
        if untrack(|| creation.progress()) == Some(Progress::NotSaved) {
            ask_to_close(&creation);
        }
    };
    guard_page(move || creation.has_secret(), move || creation.is_unsaved(), move || creation.progress(), ask.into());
    view! {
        {move || unanswered.get().map(|name| view! { <UnansweredNote name=name /> })}
        {move || match (is_shown.get(), form_kind.get()) {
            (true, _) => view! { <SecretDialog /> }.client_only(),
            (false, Some(kind)) => view! { <CreateKeyDialog kind=kind /> }.client_only(),
            (false, None) => ().client_only(),
        }}
        <ShowAgainOffers />
    }
    .client_only()
}

/// A note that stays until it is dismissed: the key may exist, and its secret is lost.
#[component]
fn UnansweredNote(name: String) -> impl IntoView {
    let creation = expect_context::<Creation>();
    view! {
        <div class="note note-warn unanswered-note" role="status">
            <Icon glyph=Glyph::Warning />
            <p>
                "Latchkey did not answer when you created “"<bdi>{name}</bdi>"”. "
                "If it is in the list, its secret is lost: delete it and create a new key."
            </p>
            <Button text="Dismiss" variant=Variant::Quiet on_press=move || creation.dismiss_unanswered() />
        </div>
    }
    .client_only()
}
