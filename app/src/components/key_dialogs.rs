//! The one dialog that the page of access keys has open, if any.

use leptos::prelude::*;

use super::{
    deactivate_dialog::DeactivateDialog, delete_dialog::DeleteDialog, late::Late, rename_dialog::RenameDialog,
    scopes_dialog::ScopesDialog, token_lifetime_dialog::TokenLifetimeDialog,
};
use crate::state::{KeyDialog, KeysPage};

/// The open dialog.
#[component]
pub fn KeyDialogs() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    move || match page.dialog.get() {
        None => ().late(),
        Some(KeyDialog::Rename(key)) => view! { <RenameDialog key=key /> }.late(),
        Some(KeyDialog::Scopes(key)) => view! { <ScopesDialog key=key /> }.late(),
        Some(KeyDialog::TokenLifetime(key)) => view! { <TokenLifetimeDialog key=key /> }.late(),
        Some(KeyDialog::Deactivate(key)) => view! { <DeactivateDialog key=key /> }.late(),
        Some(KeyDialog::Delete(key)) => view! { <DeleteDialog key=key /> }.late(),
    }
}
