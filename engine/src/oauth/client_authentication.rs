/// How a client authenticates at the OAuth endpoints (RFC 6749 §2.3). It has no `Debug`, because it holds credentials.
pub enum ClientAuthentication<'a> {
    /// By its secret (RFC 6749 §2.3.1).
    Secret {
        /// The client ID in the request.
        client_id: &'a str,
        /// The secret in the request.
        secret: &'a str,
    },
    /// By a JWT that it has signed (RFC 7523 §2.2).
    Assertion {
        /// The client ID in the request outside the JWT, if there is one (RFC 7521 §4.2).
        client_id: Option<&'a str>,
        /// The JWT.
        jwt: &'a str,
    },
}
