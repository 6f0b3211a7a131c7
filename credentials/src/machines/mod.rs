//! What machines ask: is this credential good, and may I have a token for it.

mod access_token;
mod assertion_claims;
mod assertion_refusal;
mod audience;
mod client_assertion;
mod client_proof;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzzing;
#[cfg(test)]
mod hostile_tokens;
mod introspect;
mod issue_token;
mod key_proof;
mod keyed_digest;
mod public_key_check;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod pure_parts;
mod revoke_token;
mod signed_jwt;
mod uses;
mod verified_tokens;
mod verify;
mod writes;

pub(crate) use assertion_refusal::RefusedAssertions;
pub use audience::{Audience, Audiences, InvalidAudience};
pub use client_proof::ClientProof;
pub use introspect::{IntrospectError, Introspection};
pub use issue_token::{IssueTokenError, IssuedToken};
pub use key_proof::InvalidKeyProof;
pub(crate) use key_proof::check_key_proof;
pub(crate) use keyed_digest::{KeyedDigest, ProcessKey};
pub(crate) use public_key_check::check_public_key;
pub use revoke_token::RevokeTokenError;
pub(crate) use uses::UseRecorder;
pub(crate) use verified_tokens::VerifiedTokens;
pub use verify::{Verified, VerifyError};
pub(crate) use writes::machine_writes;
