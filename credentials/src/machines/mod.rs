//! What machines ask: is this credential good, and may I have a token for it.

mod access_token;
mod issue_token;
mod uses;
mod verify;

pub use issue_token::{IssueTokenError, IssuedToken};
pub(crate) use uses::UseRecorder;
pub use verify::{Verified, VerifyError};
