//! Views whose code is fetched apart, when one of them is to be seen: which file of WebAssembly each one is in.
//!
//! Each function fetches its file, if it is not there yet, and gives what builds the view. What several files need is
//! put into a file of its own by the build; what the first view of a page needs is in none of these.

#![expect(
    clippy::unnecessary_wraps,
    reason = "that a file cannot be fetched is added around each function by its macro"
)]

use latchkey_model::{
    access_key::AccessKey,
    member::Invitation,
    problem::{Problem, ProblemKind},
};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    components::{
        accept_invitation::AcceptInvitation, account_cards::AccountCards, key_details::KeyDetails,
        key_dialogs::KeyDialogs, members_view::MembersView, new_key::NewKeyView, proxy_notice::ProxyNotice,
        reset_password_form::ResetPasswordForm, set_up_form::SetUpForm,
    },
    state::Load,
};

/// Builds a view of what it is given.
pub type Build<T> = fn(T) -> AnyView;

/// The file was not fetched: the server cannot be reached, or has a newer console than this page.
#[derive(Debug, Clone, Copy)]
pub struct NotFetched;

impl From<SplitLoaderError> for NotFetched {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl From<NotFetched> for Problem {
    fn from(_: NotFetched) -> Self {
        Self::with_detail(
            ProblemKind::Unavailable,
            "Its code could not be fetched. If that goes on, reload the page: Latchkey may have a newer version.",
        )
    }
}

/// What is to be seen while a key is made, all in one file: once a key can be made, its secret can be shown.
#[wasm_split(key_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn new_key() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <NewKeyView /> }.into_any())
}

/// The notice about a proxy that was not declared, for administrators.
#[wasm_split(notices, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn proxy_notice() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <ProxyNotice /> }.into_any())
}

/// The dialogs about keys of the list.
#[wasm_split(key_dialogs, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn key_dialogs() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <KeyDialogs /> }.into_any())
}

/// The details of a key.
#[wasm_split(key_details, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn key_details() -> Result<Build<Memo<AccessKey>>, NotFetched> {
    Ok(|key| view! { <KeyDetails key=key /> }.into_any())
}

/// The list of members, and its dialogs.
#[wasm_split(members, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn members() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <MembersView /> }.into_any())
}

/// What a member can see and change of the own account.
#[wasm_split(account, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn account() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <AccountCards /> }.into_any())
}

/// What a set-up link leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn set_up() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <SetUpForm /> }.into_any())
}

/// What an invitation leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn accept_invitation() -> Result<Build<RwSignal<Load<Invitation>>>, NotFetched> {
    Ok(|invitation| view! { <AcceptInvitation invitation=invitation /> }.into_any())
}

/// What a recovery link leads to.
#[wasm_split(one_time_links, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn reset_password() -> Result<Build<()>, NotFetched> {
    Ok(|()| view! { <ResetPasswordForm /> }.into_any())
}
