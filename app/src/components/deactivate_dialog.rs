//! The question before a key is deactivated.

use latchkey_model::access_key::{AccessKey, Activation, Kind, LastUse};
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    dialog::Dialog,
    form_problem::FormProblem,
};
use crate::{
    browser::dates,
    lean::ClientOnly,
    state::{Call, KeysPage},
};

/// Says what a deactivation ends, and asks for confirmation.
#[component]
pub fn DeactivateDialog(
    /// The key.
    key: AccessKey,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let call = Call::new();
    let title = format!("Deactivate {}?", key.name);
    let ends = what_ends(key.kind);
    let last_use = last_use(&key);
    let dismiss = move || page.dialog.set(None);
    let deactivate = move || page.set_status(call, &key, Activation::Inactive);
    view! {
        <Dialog title_id="deactivate-title" title=title on_dismiss=dismiss>
            {ends.iter().map(|sentence| view! { <p>{*sentence}</p> }).collect_view()}
            <p class="dialog-hint">{last_use}</p>
            <FormProblem problem=call.problem() />
            <div class="dialog-actions">
                <Button text="Cancel" autofocus=true on_press=move || dismiss() />
                <Button text="Deactivate" variant=Variant::Danger pending=call.pending() on_press=deactivate />
            </div>
        </Dialog>
    }
    .client_only()
}

const fn what_ends(kind: Kind) -> [&'static str; 2] {
    match kind {
        Kind::OAuthClient => [
            "This client will get no more access tokens, and Latchkey will refuse those it has, immediately. \
             Services that check only a token's signature will accept it until it expires.",
            "You can activate the client again at any time; its old tokens stay refused.",
        ],
        Kind::ApiKey => [
            "Calls with this key will be refused immediately.",
            "You can activate the key again at any time; its secret stays the same.",
        ],
    }
}

fn last_use(key: &AccessKey) -> String {
    match key.last_use() {
        LastUse::At(last) => format!("Last used {} from {}.", dates::ago(last.at, dates::now()), last.from),
        LastUse::NotRecorded => "It has been used, but the time was not recorded.".to_owned(),
        LastUse::Never => "It has never been used.".to_owned(),
    }
}
