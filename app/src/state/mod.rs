//! The state of the pages: signals, and the functions that change them.

mod call;
mod confirmation;
mod connection;
mod creation;
mod cursors;
mod key_list;
mod key_watch;
mod keys_page;
mod link_fragment;
mod load;
mod members_page;
mod new_key;
mod pages;
mod progress;
mod query;
mod refresh;
mod saved_secret;
mod scopes_form;
mod session;
mod toasts;

pub use self::{
    call::Call,
    connection::Connection,
    creation::{Creation, ListEvent},
    key_list::KeyList,
    key_watch::KeyWatch,
    keys_page::{KeyDialog, KeysPage},
    link_fragment::LinkFragment,
    load::Load,
    members_page::{MemberDialog, MembersPage},
    new_key::{NewAuthentication, NewKey},
    pages::{Page, Pages},
    progress::{Progress, SavedBy},
    query::Query,
    refresh::{Refresh, is_temporary},
    saved_secret::SavedSecret,
    scopes_form::ScopesForm,
    session::CurrentSession,
    toasts::{Toast, Toasts, Tone},
};
