//! What is to be seen while a key is made: the question for its name, its secret, the offer to show it again, and what is left of
//! a lost answer.

use leptos::prelude::*;

use super::{
    button::{Button, Look},
    create_key_dialog::CreateKeyDialog,
    icon::{Glyph, Icon},
    kept_secrets::KeptSecrets,
    secret_dialog::{SecretDialog, ask_to_close},
    unsaved::keep_page,
};
use crate::{
    lean::ClientOnly,
    state::{Creation, Progress},
};

/// The dialog of the moment, and the note.
#[component]
pub fn NewKeyView() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let is_shown = Memo::new(move |_| creation.progress().is_some());
    let asked = Memo::new(move |_| creation.asked());
    let unclear = Memo::new(move |_| creation.unclear());
    let ask = move || {
        if untrack(|| creation.progress()) == Some(Progress::NotSaved) {
            ask_to_close(&creation);
        }
    };
    keep_page(move || creation.has_secret(), move || creation.is_unsaved(), move || creation.progress(), ask.into());
    view! {
        {move || unclear.get().map(|name| view! { <UnclearNote name=name /> })}
        {move || match (is_shown.get(), asked.get()) {
            (true, _) => view! { <SecretDialog /> }.client_only(),
            (false, Some(kind)) => view! { <CreateKeyDialog kind=kind /> }.client_only(),
            (false, None) => ().client_only(),
        }}
        <KeptSecrets />
    }
    .client_only()
}

/// Stays until somebody has read it: the key may be there, and nobody will ever have its secret.
#[component]
fn UnclearNote(name: String) -> impl IntoView {
    let creation = expect_context::<Creation>();
    view! {
        <div class="note note-warn unclear-note" role="status">
            <Icon glyph=Glyph::Warning />
            <p>
                "Latchkey did not answer when you created “"<bdi>{name}</bdi>"”. "
                "If it is in the list, its secret is lost: delete it and create a new key."
            </p>
            <Button text="Dismiss" look=Look::Quiet on_press=move || creation.forget_unclear() />
        </div>
    }
    .client_only()
}
