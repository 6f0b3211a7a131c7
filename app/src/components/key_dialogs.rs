//! The open dialog of the page of access keys.

use leptos::prelude::*;

use super::{
    deactivate_dialog::DeactivateDialog, delete_dialog::DeleteDialog, rename_dialog::RenameDialog,
    scopes_dialog::ScopesDialog, token_lifetime_dialog::TokenLifetimeDialog,
};
use crate::{
    lean::ClientOnly,
    state::{KeyDialog, KeysPage},
};

/// Shows the open dialog, if there is one.
#[component]
pub fn KeyDialogs() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    move || match page.dialog.get() {
        None => ().client_only(),
        Some(KeyDialog::Rename(key)) => view! { <RenameDialog key=key /> }.client_only(),
        Some(KeyDialog::Scopes(key)) => view! { <ScopesDialog key=key /> }.client_only(),
        Some(KeyDialog::TokenLifetime(key)) => view! { <TokenLifetimeDialog key=key /> }.client_only(),
        Some(KeyDialog::Deactivate(key)) => view! { <DeactivateDialog key=key /> }.client_only(),
        Some(KeyDialog::Delete(key)) => view! { <DeleteDialog key=key /> }.client_only(),
    }
}
