use dashmap::DashMap;
use latchkey_model::{id::OrganizationId, timestamp::Timestamp};
use latchkey_store::{StorageError, access_keys};
use sqlx::AnyConnection;

use crate::limits::{LimitReached, Limited};

/// How long a count is used, in milliseconds. Other nodes may have created keys, and keys may have been purged.
const COUNTED_EVERY: i64 = 60 * 1000;

/// How long it is used once the limit was reached, in milliseconds.
const COUNTED_AT_THE_LIMIT_EVERY: i64 = 1000;

/// Approximate numbers of keys per organization, so that a million keys are not counted for each one that is created.
#[derive(Default)]
pub(super) struct KeyCounts(DashMap<OrganizationId, KeyCount>);

#[derive(Clone, Copy)]
struct KeyCount {
    keys: i64,
    counted_at: Timestamp,
}

impl KeyCounts {
    /// Counts one more key, if the database need not be asked whether it may be created.
    fn add_if_known(
        &self,
        organization: &OrganizationId,
        most: u32,
        now: Timestamp,
    ) -> Option<Result<(), LimitReached>> {
        let mut count = self.0.get_mut(organization)?;
        let room = Limited::Keys.check_one_more(count.keys, most);
        let lasts = if room.is_ok() { COUNTED_EVERY } else { COUNTED_AT_THE_LIMIT_EVERY };
        if !(0..lasts).contains(&(now.0 - count.counted_at.0)) {
            return None;
        }
        count.keys += i64::from(room.is_ok());
        Some(room)
    }

    /// Counts one more key of an organization, if it may have one. The database counts them at most once a minute, or once a
    /// second after the limit was reached.
    pub(super) async fn add<E>(
        &self,
        connection: &mut AnyConnection,
        organization: &OrganizationId,
        most: u32,
        now: Timestamp,
    ) -> Result<(), E>
    where
        E: From<LimitReached> + From<StorageError>,
    {
        if let Some(known) = self.add_if_known(organization, most, now) {
            return Ok(known?);
        }
        let keys = access_keys::count(connection, organization).await?;
        let result = Limited::Keys.check_one_more(keys, most);
        let count = KeyCount { keys: keys + i64::from(result.is_ok()), counted_at: now };
        self.0.insert(organization.clone(), count);
        Ok(result?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_counts_keys_at_most_once_a_minute() {
        let counts = KeyCounts::default();
        let organization: OrganizationId = "org_7Hq2mV9cXw4T".parse().unwrap();
        let add = |now| counts.add_if_known(&organization, 3, Timestamp(now));
        assert_eq!(add(0), None, "not counted yet");
        counts.0.insert(organization.clone(), KeyCount { keys: 1, counted_at: Timestamp(0) });
        assert_eq!(add(0), Some(Ok(())));
        assert_eq!(add(COUNTED_EVERY - 1), Some(Ok(())));
        let refused = Err(LimitReached { what: Limited::Keys, most: 3 });
        assert_eq!(add(COUNTED_AT_THE_LIMIT_EVERY - 1), Some(refused));
        assert_eq!(add(COUNTED_AT_THE_LIMIT_EVERY), None, "at the limit, it is counted again soon");
        counts.0.insert(organization.clone(), KeyCount { keys: 1, counted_at: Timestamp(0) });
        assert_eq!(add(COUNTED_EVERY), None);
    }
}
