//! The question before a key is deleted.

use latchkey_model::{
    access_key::{AccessKey, DeleteAccessKey},
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

/// Deletes a key once its name is typed.
#[component]
pub fn DeleteDialog(
    /// The key.
    key: AccessKey,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let call = Call::new();
    let name = NodeRef::<html::Input>::new();
    let title = format!("Delete {}?", key.name);
    let shown_name = key.name.clone();
    let dismiss = move || page.dialog.set(None);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = value_of(name);
        if typed.trim() != key.name {
            call.fail(Problem::at_field(Field::NAME, "This is not the key's name."));
            return;
        }
        let key = key.clone();
        call.start(api::delete_access_key(DeleteAccessKey { id: key.id.clone(), name: key.name.clone() }), move |_| {
            page.handle_deleted(&key);
        });
    };
    view! {
        <Dialog title_id="delete-title" title=title on_dismiss=dismiss>
            <p>
                "Everything that uses this key stops working immediately. You can restore it for 30 days."
            </p>
            <form class="form" method="post" novalidate on:submit=submit>
                <p class="delete-name" dir="auto">{shown_name}</p>
                <TextField
                    id="delete-name"
                    label="Type the key's name to confirm"
                    input=name
                    error=call.error_at(Field::NAME)
                    autofocus=true
                />
                <FormProblem problem=call.problem() />
                <div class="dialog-actions">
                    <Button text="Cancel" on_press=move || dismiss() />
                    <Button text="Delete key" variant=Variant::Danger button_type=ButtonType::Submit pending=call.pending() />
                </div>
            </form>
        </Dialog>
    }
    .client_only()
}
