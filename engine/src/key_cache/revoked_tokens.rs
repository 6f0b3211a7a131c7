use dashmap::DashMap;
use latchkey_model::timestamp::Timestamp;

/// The revoked tokens, by their identifiers, with the times at which they would have expired.
#[derive(Default)]
pub(crate) struct RevokedTokens(DashMap<String, Timestamp>);

impl RevokedTokens {
    /// Returns whether a token is revoked.
    pub(crate) fn contains(&self, token_id: &str) -> bool {
        self.0.contains_key(token_id)
    }

    /// Returns how many tokens are revoked.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Inserts a token.
    pub(crate) fn insert(&self, token_id: String, expires_at: Timestamp) {
        self.0.insert(token_id, expires_at);
    }

    /// Removes the tokens that expired at or before a time.
    pub(crate) fn purge(&self, expired_before: Timestamp) {
        self.0.retain(|_, expires_at| *expires_at > expired_before);
    }
}
