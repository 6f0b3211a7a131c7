//! What OAuth clients call: form-encoded requests, and errors as RFC 6749 §5.2 tells them.

mod client_authentication;
mod form;
pub(super) mod introspect;
mod oauth_error;
pub(super) mod revoke;
pub(super) mod token;

pub(super) use oauth_error::OAuthError;

/// The ways in which a client proves itself, as RFC 8414 §2 lists them.
pub(super) const CLIENT_AUTHENTICATION_METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// For a path that exists, by another method.
pub(super) async fn wrong_method() -> OAuthError {
    OAuthError::MethodNotAllowed
}
