//! What is to be seen while a key is made: the question for its name, its secret, and what is left of a lost answer.

use leptos::prelude::*;

use super::{
    button::{Button, Look},
    create_key_dialog::CreateKeyDialog,
    icon::{Glyph, Icon},
    late::Late,
    secret_dialog::SecretDialog,
};
use crate::state::Creation;

/// The dialog of the moment, and the note.
#[component]
pub fn NewKeyView() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let has_secret = Memo::new(move |_| creation.has_secret());
    let asked = Memo::new(move |_| creation.asked());
    let unclear = Memo::new(move |_| creation.unclear());
    view! {
        {move || unclear.get().map(|name| view! { <UnclearNote name=name /> })}
        {move || match (has_secret.get(), asked.get()) {
            (true, _) => view! { <SecretDialog /> }.late(),
            (false, Some(kind)) => view! { <CreateKeyDialog kind=kind /> }.late(),
            (false, None) => ().late(),
        }}
    }
    .late()
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
                "If it is in the list, its secret is lost: delete it, and create another."
            </p>
            <Button text="Dismiss" look=Look::Quiet on_press=move || creation.forget_unclear() />
        </div>
    }
    .late()
}
