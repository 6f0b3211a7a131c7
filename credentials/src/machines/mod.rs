//! What machines ask: is this credential good, and may I have a token for it.

mod access_token;
mod introspect;
mod issue_token;
mod revoke_token;
mod uses;
mod verified_secrets;
mod verify;

pub use introspect::{IntrospectError, Introspection};
pub use issue_token::{IssueTokenError, IssuedToken};
pub use revoke_token::RevokeTokenError;
pub(crate) use uses::UseRecorder;
pub(crate) use verified_secrets::VerifiedSecrets;
pub use verify::{Verified, VerifyError};
