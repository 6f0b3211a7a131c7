//! The views whose code is in a separate file of WebAssembly, and which file that is.
//!
//! Each function fetches its file, unless the page has it already, and returns the function that builds the view. The build
//! puts code that several files need into one more file. The first view of a page is in none of these files.

#![expect(
    clippy::unnecessary_wraps,
    reason = "the macro on each function adds the case that its file cannot be fetched"
)]

use latchkey_model::{access_key::AccessKey, member::Invitation};
use leptos::{prelude::*, wasm_split::wasm_split};

use super::chunk::{ChunkLoadError, ViewBuilder};
use crate::{
    components::{
        accept_invitation::AcceptInvitation, account_cards::AccountCards, key_details::KeyDetails,
        key_dialogs::KeyDialogs, members_view::MembersView, new_key::NewKeyView, proxy_notice::ProxyNotice,
        reset_password_form::ResetPasswordForm, set_up_form::SetUpForm,
    },
    state::Load,
};

/// The views of creating a key, all in one file: a page that can create a key can also show its secret.
#[wasm_split(key_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn new_key() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <NewKeyView /> }.into_any())
}

/// The notice about an undeclared proxy, for administrators.
#[wasm_split(notices, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn proxy_notice() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <ProxyNotice /> }.into_any())
}

/// The dialogs about keys of the list.
#[wasm_split(key_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn key_dialogs() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <KeyDialogs /> }.into_any())
}

/// The details of a key.
#[wasm_split(key_details, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn key_details() -> Result<ViewBuilder<Memo<AccessKey>>, ChunkLoadError> {
    Ok(|key| view! { <KeyDetails key=key /> }.into_any())
}

/// The list of members, and its dialogs.
#[wasm_split(members, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn members() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <MembersView /> }.into_any())
}

/// The details of the member's own account, and the form that changes the password.
#[wasm_split(account, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn account() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <AccountCards /> }.into_any())
}

/// The form behind a set-up link.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn set_up() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <SetUpForm /> }.into_any())
}

/// The form behind an invitation link.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn accept_invitation() -> Result<ViewBuilder<RwSignal<Load<Invitation>>>, ChunkLoadError> {
    Ok(|invitation| view! { <AcceptInvitation invitation=invitation /> }.into_any())
}

/// The form behind a recovery link.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn reset_password() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <ResetPasswordForm /> }.into_any())
}
