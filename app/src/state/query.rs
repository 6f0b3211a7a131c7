//! The query of a list of keys.

use latchkey_model::access_key::{KeyStatus, Kind, ListAccessKeys};

/// Which keys a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The kind of key on the tab.
    pub kind: Kind,
    /// A part of the name or the start of the ID; empty for all.
    pub search: String,
    /// Only keys with this status; without one, all but deleted keys.
    pub status: Option<KeyStatus>,
}

impl Query {
    /// Whether a search or a filter is set.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.status.is_some()
    }

    pub(super) fn page_after(&self, cursor: Option<String>) -> ListAccessKeys {
        let search = (!self.search.is_empty()).then(|| self.search.clone());
        ListAccessKeys { kind: self.kind, cursor, limit: None, search, status: self.status }
    }
}
