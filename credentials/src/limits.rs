//! How much one organization, member or client may leave behind in the database.

use std::fmt;

use dashmap::DashMap;
use latchkey_model::{id::OrganizationId, timestamp::Timestamp};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{Engine, StorageError, storage::access_keys};

/// The bounds, which the operator may set. By default each is far beyond what people need: it is there for a script that
/// never stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Access keys of an organization, deleted ones included for as long as they can be restored.
    pub keys: u32,
    /// Scopes that an organization has defined.
    pub scopes: u32,
    /// Members of an organization.
    pub members: u32,
    /// Invitations of an organization that have not been accepted and have not expired.
    pub links: u32,
    /// Sessions of a member. Beyond it, the oldest ends.
    pub sessions: u32,
    /// Browsers, and networks, that a member is known to sign in from. Beyond it, the one used least recently is
    /// forgotten.
    pub devices: u32,
    /// Access tokens that a client may revoke in a minute.
    pub revocations: u32,
    /// Access tokens of all clients that were revoked and have not expired. A node keeps them in memory.
    pub revoked_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keys: 1_000_000,
            scopes: 1_000,
            members: 10_000,
            links: 1_000,
            sessions: 100,
            devices: 100,
            revocations: 600,
            revoked_tokens: 1_000_000,
        }
    }
}

/// What an organization has too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Access keys.
    Keys,
    /// Scopes.
    Scopes,
    /// Members.
    Members,
    /// Invitations.
    Links,
}

impl fmt::Display for Limited {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Keys => "keys",
            Self::Scopes => "scopes",
            Self::Members => "members",
            Self::Links => "open invitations",
        })
    }
}

/// The organization has as many as it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the organization has {most} {what}, and may not have more")]
pub struct LimitReached {
    /// What.
    pub what: Limited,
    /// How many it may have.
    pub most: u32,
}

impl Limited {
    /// Whether one more may be added to some.
    ///
    /// # Errors
    /// [`LimitReached`] if not.
    pub(crate) fn one_more(self, there_are: i64, most: u32) -> Result<(), LimitReached> {
        if there_are < i64::from(most) { Ok(()) } else { Err(LimitReached { what: self, most }) }
    }
}

/// How long a count of keys is used. Other nodes may have made keys, and keys may have been purged.
const COUNTED_EVERY: i64 = 60 * 1000;

/// How long it is used once the bound was reached.
const COUNTED_AT_THE_BOUND_EVERY: i64 = 1000;

/// About how many keys each organization has: a million are not counted for each one that is made.
#[derive(Default)]
pub(crate) struct KeyCounts(DashMap<OrganizationId, KeyCount>);

#[derive(Clone, Copy)]
struct KeyCount {
    keys: i64,
    counted_at: Timestamp,
}

impl KeyCounts {
    /// Counts one more key, if it is known without asking the database whether it may be made.
    fn add_if_known(
        &self,
        organization: &OrganizationId,
        most: u32,
        now: Timestamp,
    ) -> Option<Result<(), LimitReached>> {
        let mut count = self.0.get_mut(organization)?;
        let room = Limited::Keys.one_more(count.keys, most);
        let lasts = if room.is_ok() { COUNTED_EVERY } else { COUNTED_AT_THE_BOUND_EVERY };
        if !(0..lasts).contains(&(now.0 - count.counted_at.0)) {
            return None;
        }
        count.keys += i64::from(room.is_ok());
        Some(room)
    }
}

impl Engine {
    /// Makes sure that an organization may have another key. The database counts them once a minute at most, unless the
    /// bound was reached: then once a second.
    pub(crate) async fn check_room_for_a_key(
        &self,
        connection: &mut AnyConnection,
        organization: &OrganizationId,
    ) -> Result<Result<(), LimitReached>, StorageError> {
        let (counts, most, now) = (self.key_counts(), self.settings().limits.keys, self.now());
        if let Some(known) = counts.add_if_known(organization, most, now) {
            return Ok(known);
        }
        let keys = access_keys::count(connection, organization).await?;
        let room = Limited::Keys.one_more(keys, most);
        let count = KeyCount { keys: keys + i64::from(room.is_ok()), counted_at: now };
        counts.0.insert(organization.clone(), count);
        Ok(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_counted_by_the_database_once_a_minute() {
        let counts = KeyCounts::default();
        let organization: OrganizationId = "org_7Hq2mV9cXw4T".parse().unwrap();
        let add = |now| counts.add_if_known(&organization, 3, Timestamp(now));
        assert_eq!(add(0), None, "not counted yet");
        counts.0.insert(organization.clone(), KeyCount { keys: 1, counted_at: Timestamp(0) });
        assert_eq!(add(0), Some(Ok(())));
        assert_eq!(add(COUNTED_EVERY - 1), Some(Ok(())));
        let refused = Err(LimitReached { what: Limited::Keys, most: 3 });
        assert_eq!(add(COUNTED_AT_THE_BOUND_EVERY - 1), Some(refused));
        assert_eq!(add(COUNTED_AT_THE_BOUND_EVERY), None, "at the bound, it is counted again soon");
        counts.0.insert(organization.clone(), KeyCount { keys: 1, counted_at: Timestamp(0) });
        assert_eq!(add(COUNTED_EVERY), None);
    }
}
