//! The table `access_keys`.

mod change;
mod find;
mod key_state;
mod last_use;
pub mod list;
#[cfg(test)]
pub(crate) mod list_plans;
mod row;

pub use change::{insert, lock_for_update, mark_expired, purge, update, upgrade_hash};
pub use find::{by_id, count, count_active, count_with_scope, find, id_by_request, list_after};
pub use key_state::{ForbiddenTransition, KeyState};
pub use last_use::{record_first_use, record_last_use};
pub use row::{AccessKeyRow, AuthenticatorRow};
