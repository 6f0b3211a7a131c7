//! The dialog that renames a key.

use latchkey_model::{
    access_key::{AccessKey, RenameAccessKey},
    name::KeyName,
    problem::{Field, Problem},
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    dialog::Dialog,
    field::{TextField, value_of},
    form_problem::FormProblem,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, KeysPage},
};

/// Asks for a key's new name.
#[component]
pub fn RenameDialog(
    /// The key.
    key: AccessKey,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let call = Call::new();
    let name = NodeRef::<html::Input>::new();
    let dismiss = move || page.dialog.set(None);
    let id = key.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match KeyName::parse(&value_of(name)) {
            Ok(name) => {
                let rename = api::rename_access_key(RenameAccessKey { id: id.clone(), name: name.into() });
                call.start(rename, move |changed| page.handle_renamed(changed.key));
            }
            Err(error) => call.fail(Problem::at_field(Field::NAME, error.to_string())),
        }
    };
    view! {
        <Dialog title_id="rename-title" title="Rename key" on_dismiss=dismiss>
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="rename-name"
                    label="Name"
                    hint="The ID and the secret stay the same."
                    input=name
                    value=key.name
                    error=call.error_at(Field::NAME)
                    autofocus=true
                />
                <FormProblem problem=call.problem() />
                <div class="dialog-actions">
                    <Button text="Cancel" on_press=move || dismiss() />
                    <Button text="Save" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
                </div>
            </form>
        </Dialog>
    }
    .client_only()
}
