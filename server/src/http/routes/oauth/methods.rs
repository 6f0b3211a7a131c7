use crate::http::oauth_error::OAuthError;

/// The methods of client authentication, as RFC 8414 §2 lists them.
pub(in crate::http) const CLIENT_AUTHENTICATION_METHODS: [&str; 3] =
    ["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// The algorithms that a client may sign its JWT with, as RFC 8414 §2 lists them.
pub(in crate::http) const CLIENT_ASSERTION_ALGORITHMS: [&str; 5] = ["ES256", "EdDSA", "Ed25519", "RS256", "PS256"];

/// Answers a path that exists for another method.
pub(super) async fn wrong_method() -> OAuthError {
    OAuthError::MethodNotAllowed
}
