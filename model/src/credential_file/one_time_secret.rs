use crate::redacted::Secret;

/// A secret that is shown once.
#[derive(Debug, Clone)]
pub enum OneTimeSecret {
    /// A secret that the server generated.
    Secret(Secret),
    /// A private key that the browser generated: a JWK as JSON. The server knows only the public key (RFC 7523).
    PrivateKey(Secret),
}

impl OneTimeSecret {
    /// Returns the text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        let (Self::Secret(text) | Self::PrivateKey(text)) = self;
        text.expose()
    }
}
