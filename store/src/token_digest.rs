use std::fmt::Write;

/// The SHA-256 of a random token (a session's, a device's or a link's) in hexadecimal. The database contains it in place of the
/// token.
///
/// A token has 256 random bits, so its digest needs no salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenDigest(String);

impl TokenDigest {
    /// Writes a digest as text.
    #[must_use]
    pub fn from_sha256(digest: &[u8; 32]) -> Self {
        Self(digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// Returns the digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
