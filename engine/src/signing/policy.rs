use std::time::Duration;

use super::algorithm::SigningAlgorithm;

/// What the operator decides about signing keys.
#[derive(Debug, Clone, Copy)]
pub struct SigningPolicy {
    /// The algorithm of new keys.
    pub algorithm: SigningAlgorithm,
    /// How long a key signs before the next one does.
    pub key_lifetime: Duration,
}

impl Default for SigningPolicy {
    fn default() -> Self {
        Self { algorithm: SigningAlgorithm::default(), key_lifetime: Duration::from_hours(90 * 24) }
    }
}

/// How soon the next key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Once every verifier has had the time to fetch it. Tokens of the key before stay valid. If a next key is already published,
    /// it is that one.
    Planned,
    /// Now, and all earlier keys are removed, for example because one is no longer secret. Every issued token ends.
    EndingAllTokens,
}

/// What happens to the stored signing keys when the database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningKeysAtOpening {
    /// They are opened by the sealing key.
    #[default]
    Kept,
    /// They are removed, and with them every access token, because the key that they are sealed under is lost.
    Removed,
}
