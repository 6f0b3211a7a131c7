//! The one dialog that the page of access keys has open, if any.

use leptos::prelude::*;

use super::{
    create_key_dialog::CreateKeyDialog, deactivate_dialog::DeactivateDialog, delete_dialog::DeleteDialog,
    rename_dialog::RenameDialog, secret_dialog::SecretDialog,
};
use crate::state::{KeyDialog, KeysPage};

/// The open dialog. While there is a secret to show, its dialog is the one.
#[component]
pub fn KeyDialogs() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let has_secret = Memo::new(move |_| page.created.with(Option::is_some));
    move || {
        if has_secret.get() {
            return view! { <SecretDialog /> }.into_any();
        }
        match page.dialog.get() {
            None => ().into_any(),
            Some(KeyDialog::Create(kind)) => view! { <CreateKeyDialog kind=kind /> }.into_any(),
            Some(KeyDialog::Rename(key)) => view! { <RenameDialog key=key /> }.into_any(),
            Some(KeyDialog::Deactivate(key)) => view! { <DeactivateDialog key=key /> }.into_any(),
            Some(KeyDialog::Delete(key)) => view! { <DeleteDialog key=key /> }.into_any(),
        }
    }
}
