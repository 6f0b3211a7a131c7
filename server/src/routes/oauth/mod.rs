//! What OAuth clients call: form-encoded requests, and errors as RFC 6749 §5.2 tells them.

pub(super) mod authorize;
mod client_authentication;
mod form;
pub(super) mod introspect;
mod oauth_error;
pub(super) mod revoke;
pub(super) mod token;

#[cfg(any(test, feature = "fuzz"))]
pub use form::check_form;
pub(crate) use oauth_error::OAuthError;
use oauth_error::OfferedSchemes;

/// The ways in which a client proves itself, as RFC 8414 §2 lists them.
pub(super) const CLIENT_AUTHENTICATION_METHODS: [&str; 3] =
    ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// What a client's JWT may be signed with, as RFC 8414 §2 lists it.
pub(super) const CLIENT_ASSERTION_ALGORITHMS: [&str; 5] = ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"];

/// For a path that exists, by another method.
pub(super) async fn wrong_method() -> OAuthError {
    OAuthError::MethodNotAllowed
}
