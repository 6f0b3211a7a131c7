//! What a list of keys is asked for.

use latchkey_model::access_key::{Kind, ListAccessKeys, StatusFilter};

/// Which keys a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The tab.
    pub kind: Kind,
    /// Part of a name, or the start of an ID; empty for all.
    pub search: String,
    /// Only keys of this status; without one, all but the deleted ones.
    pub status: Option<StatusFilter>,
}

impl Query {
    /// Whether it leaves keys out that the tab would show by itself.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.status.is_some()
    }

    pub(super) fn page_after(&self, cursor: Option<String>) -> ListAccessKeys {
        let search = (!self.search.is_empty()).then(|| self.search.clone());
        ListAccessKeys { kind: self.kind, cursor, limit: None, search, status: self.status }
    }
}
