//! The server functions, one a file. The console and scripts call the same ones.
//!
//! The bodies run only on the server (the `#[server]` macro removes them from the browser's build) and reach the engine through
//! `crate::ssr`.

mod accept_invitation;
mod change_password;
mod create_access_key;
mod define_scope;
mod delete_access_key;
mod delete_scope;
mod get_access_key;
mod invitation;
mod invite_member;
mod list_access_key_history;
mod list_access_keys;
mod list_invitations;
mod list_members;
mod list_scopes;
mod make_recovery_link;
mod protocol;
mod remove_member;
mod rename_access_key;
mod reset_password;
mod restore_access_key;
mod session;
mod set_access_key_scopes;
mod set_access_key_status;
mod set_member_role;
mod set_token_lifetime;
mod set_up;
mod sign_in;
mod sign_out;
mod validate_access_key;
mod withdraw_invitation;

pub use self::{
    accept_invitation::accept_invitation, change_password::change_password, create_access_key::create_access_key,
    define_scope::define_scope, delete_access_key::delete_access_key, delete_scope::delete_scope,
    get_access_key::get_access_key, invitation::invitation, invite_member::invite_member,
    list_access_key_history::list_access_key_history, list_access_keys::list_access_keys,
    list_invitations::list_invitations, list_members::list_members, list_scopes::list_scopes,
    make_recovery_link::make_recovery_link, remove_member::remove_member, rename_access_key::rename_access_key,
    reset_password::reset_password, restore_access_key::restore_access_key, session::session,
    set_access_key_scopes::set_access_key_scopes, set_access_key_status::set_access_key_status,
    set_member_role::set_member_role, set_token_lifetime::set_token_lifetime, set_up::set_up, sign_in::sign_in,
    sign_out::sign_out, validate_access_key::validate_access_key, withdraw_invitation::withdraw_invitation,
};
pub use protocol::Json;
