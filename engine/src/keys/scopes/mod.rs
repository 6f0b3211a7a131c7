//! What keys may be used for: the scopes that an organization has defined, and those that are built in.

mod check;
mod define;
mod delete;
mod list;
mod refused;

pub(super) use check::check_and_lock;
pub use define::DefineScopeError;
pub use delete::DeleteScopeError;
pub use refused::ScopeRefused;
