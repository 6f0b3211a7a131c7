//! What the pages know: signals, and what changes them.

mod call;
mod confirmation;
mod creation;
mod key_list;
mod key_watch;
mod keys_page;
mod link_fragment;
mod load;
mod members_page;
mod new_key;
mod pages;
mod scopes_form;
mod session;
mod toasts;

pub use self::{
    call::Call,
    creation::{Creation, News},
    key_list::{KeyList, Query},
    key_watch::KeyWatch,
    keys_page::{KeyDialog, KeysPage},
    link_fragment::LinkFragment,
    load::Load,
    members_page::{MemberDialog, MembersPage},
    new_key::{NewKey, NewProof},
    pages::{Page, Pages},
    scopes_form::ScopesForm,
    session::CurrentSession,
    toasts::{Toast, Toasts, Tone},
};
