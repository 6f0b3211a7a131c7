//! What machines ask: is this credential good, and may I have a token for it.

mod access_token;
mod audience;
mod client_assertion;
mod client_proof;
#[cfg(test)]
mod hostile_tokens;
mod introspect;
mod issue_token;
mod keyed_digest;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod pure_parts;
mod revoke_token;
mod uses;
mod verified_tokens;
mod verify;
mod writes;

pub use audience::{Audience, Audiences, InvalidAudience};
pub(crate) use client_assertion::is_a_point;
pub use client_proof::ClientProof;
pub use introspect::{IntrospectError, Introspection};
pub use issue_token::{IssueTokenError, IssuedToken};
pub(crate) use keyed_digest::{KeyedDigest, ProcessKey};
pub use revoke_token::RevokeTokenError;
pub(crate) use uses::UseRecorder;
pub(crate) use verified_tokens::VerifiedTokens;
pub use verify::{Verified, VerifyError};
pub(crate) use writes::machine_writes;
