//! What the pages know: signals, and what changes them.

mod call;
mod confirmation;
mod connection;
mod creation;
mod cursors;
mod kept;
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
mod scopes_form;
mod session;
mod toasts;

pub use self::{
    call::Call,
    connection::Connection,
    creation::{Creation, News},
    kept::KeptSecret,
    key_list::KeyList,
    key_watch::KeyWatch,
    keys_page::{KeyDialog, KeysPage},
    link_fragment::LinkFragment,
    load::Load,
    members_page::{MemberDialog, MembersPage},
    new_key::{NewKey, NewProof},
    pages::{Page, Pages},
    progress::{Progress, Saved},
    query::Query,
    refresh::{Refresh, passes_by_itself},
    scopes_form::ScopesForm,
    session::CurrentSession,
    toasts::{Toast, Toasts, Tone},
};
