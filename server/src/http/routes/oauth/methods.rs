use crate::http::oauth_error::OAuthError;

/// The ways in which a client proves itself, as RFC 8414 §2 lists them.
pub(in crate::http) const CLIENT_AUTHENTICATION_METHODS: [&str; 3] =
    ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// What a client's JWT may be signed with, as RFC 8414 §2 lists it.
pub(in crate::http) const CLIENT_ASSERTION_ALGORITHMS: [&str; 5] = ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"];

/// For a path that exists, by another method.
pub(super) async fn wrong_method() -> OAuthError {
    OAuthError::MethodNotAllowed
}
