use dashmap::DashMap;
use latchkey_model::timestamp::Timestamp;

/// The tokens that ended before their time, by their identifiers: when each would have ended by itself.
#[derive(Default)]
pub(crate) struct RevokedTokens(DashMap<String, Timestamp>);

impl RevokedTokens {
    /// Whether a token ended before its time.
    pub(crate) fn contain(&self, token_id: &str) -> bool {
        self.0.contains_key(token_id)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Refuses a token until it would have ended by itself.
    pub(crate) fn note(&self, token_id: String, ends_at: Timestamp) {
        self.0.insert(token_id, ends_at);
    }

    /// Forgets the tokens that ended by themselves before a moment.
    pub(crate) fn forget_ended_before(&self, moment: Timestamp) {
        self.0.retain(|_, ends_at| *ends_at > moment);
    }
}
