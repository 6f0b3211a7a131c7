//! Signing in and out, and passwords.

mod authenticate;
mod change_password;
mod new_session;
mod purge;
mod recovery;
mod set_up;
mod sign_in;

pub use change_password::ChangePasswordError;
pub use new_session::NewSession;
pub(crate) use purge::purge_expired as purge_expired_sessions;
pub use recovery::{RecoveryLinkError, ResetPasswordError};
pub use set_up::SetUpError;
pub use sign_in::SignInError;
