//! The pages, one a module.

#![expect(clippy::must_use_candidate, reason = "components are called by view!, which takes what they return")]

pub mod accept_invitation;
pub mod access_keys;
pub mod account;
pub mod console;
pub mod members;
pub mod not_found;
pub mod reset_password;
pub mod set_up;
pub mod sign_in;
