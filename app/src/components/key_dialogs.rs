//! The one dialog that the page of access keys has open, if any.

use leptos::prelude::*;

use super::{
    create_key_dialog::CreateKeyDialog, deactivate_dialog::DeactivateDialog, delete_dialog::DeleteDialog, late::Late,
    rename_dialog::RenameDialog, scopes_dialog::ScopesDialog, secret_dialog::SecretDialog,
    token_lifetime_dialog::TokenLifetimeDialog,
};
use crate::state::{KeyDialog, KeysPage};

/// The open dialog. While there is a secret to show, its dialog is the one.
#[component]
pub fn KeyDialogs() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let has_secret = Memo::new(move |_| page.created.with(Option::is_some));
    move || {
        if has_secret.get() {
            return view! { <SecretDialog /> }.late();
        }
        match page.dialog.get() {
            None => ().late(),
            Some(KeyDialog::Create(kind)) => view! { <CreateKeyDialog kind=kind /> }.late(),
            Some(KeyDialog::Rename(key)) => view! { <RenameDialog key=key /> }.late(),
            Some(KeyDialog::Scopes(key)) => view! { <ScopesDialog key=key /> }.late(),
            Some(KeyDialog::TokenLifetime(key)) => view! { <TokenLifetimeDialog key=key /> }.late(),
            Some(KeyDialog::Deactivate(key)) => view! { <DeactivateDialog key=key /> }.late(),
            Some(KeyDialog::Delete(key)) => view! { <DeleteDialog key=key /> }.late(),
        }
    }
}
