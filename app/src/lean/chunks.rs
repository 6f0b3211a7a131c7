//! Views whose code is fetched apart, when one of them is to be seen: which file of WebAssembly each one is in.
//!
//! Each function fetches its file, if it is not there yet, and gives what builds the view. What several files need is
//! put into a file of its own by the build; what the first view of a page needs is in none of these.

#![expect(
    clippy::unnecessary_wraps,
    reason = "that a file cannot be fetched is added around each function by its macro"
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

/// What is to be seen while a key is made, all in one file: once a key can be made, its secret can be shown.
#[wasm_split(key_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn new_key() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <NewKeyView /> }.into_any())
}

/// The notice about a proxy that was not declared, for administrators.
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

/// What a member can see and change of the own account.
#[wasm_split(account, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn account() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <AccountCards /> }.into_any())
}

/// What a set-up link leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn set_up() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <SetUpForm /> }.into_any())
}

/// What an invitation leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn accept_invitation() -> Result<ViewBuilder<RwSignal<Load<Invitation>>>, ChunkLoadError> {
    Ok(|invitation| view! { <AcceptInvitation invitation=invitation /> }.into_any())
}

/// What a recovery link leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn reset_password() -> Result<ViewBuilder<()>, ChunkLoadError> {
    Ok(|()| view! { <ResetPasswordForm /> }.into_any())
}
