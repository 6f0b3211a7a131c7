//! Nodes that read a read-only PostgreSQL, and how the other nodes see them although they cannot write.
//!
//! Each holds two advisory locks of its session: one says which node it is, the other which change it has applied. Both are
//! shared locks, so that no node waits for another. They end with the session.

use sqlx::{AnyConnection, Row};

use crate::{
    StorageError,
    cluster::{ChangeNumber, NodeTag},
};

/// The condition on `pg_locks` for the lock of a reading node. Its class stands for "latchkey reads".
macro_rules! readers {
    () => {
        "locktype = 'advisory' AND objsubid = 2 AND granted AND classid = 1280595539 \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    };
}

pub(crate) use readers;

/// The condition on `pg_locks` for both locks of a reading node.
macro_rules! readers_and_numbers {
    () => {
        "locktype = 'advisory' AND objsubid = 2 AND granted AND classid IN (1280595539, 1280595534) \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    };
}

/// A node that holds the locks, as other nodes see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderRow {
    /// The tag of the node.
    pub tag: NodeTag,
    /// The name of its session.
    pub name: String,
    /// The changes that its locks name.
    pub applied: AppliedLocks,
}

/// The lower halves of the change numbers that a node's locks name. There are two while it replaces one by the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppliedLocks {
    lowest: Option<u32>,
    highest: Option<u32>,
}

impl AppliedLocks {
    /// Returns whether the node has applied a change. The upper half of its number is taken from the nearest number.
    #[must_use]
    pub fn has_applied(self, change: ChangeNumber) -> bool {
        [self.lowest, self.highest].into_iter().flatten().any(|low| near(change, low) >= change.0)
    }
}

/// Returns the number with this lower half that is nearest to another number.
fn near(change: ChangeNumber, low: u32) -> i64 {
    let difference = low.wrapping_sub(lower_half(change)).cast_signed();
    change.0 + i64::from(difference)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the upper half is cut off on purpose")]
fn lower_half(number: ChangeNumber) -> u32 {
    number.0 as u32
}

/// PostgreSQL takes the halves of a lock's key as signed numbers and shows them as unsigned ones.
fn signed(half: u32) -> i64 {
    i64::from(half.cast_signed())
}

/// Takes the locks in this session and names the session. Returns the server process that holds them, or `None` if they are
/// taken.
pub async fn lock(
    connection: &mut AnyConnection,
    tag: NodeTag,
    name: &str,
    applied: ChangeNumber,
) -> Result<Option<i64>, StorageError> {
    let row = sqlx::query(
        "SELECT pg_try_advisory_lock_shared(1280595534, CAST($2 AS INT)) \
         AND pg_try_advisory_lock_shared(1280595539, CAST($1 AS INT)) AS is_held, \
         CAST(pg_backend_pid() AS BIGINT) AS process, set_config('application_name', $3, false) AS name",
    )
    .bind(signed(tag.0))
    .bind(signed(lower_half(applied)))
    .bind(name.to_owned())
    .fetch_one(connection)
    .await?;
    let is_held: bool = row.try_get("is_held")?;
    Ok(is_held.then_some(row.try_get("process")?))
}

/// Replaces the lock that names the applied change.
pub async fn replace_applied(
    connection: &mut AnyConnection,
    before: ChangeNumber,
    applied: ChangeNumber,
) -> Result<(), StorageError> {
    // The new one first: others wait for a node whose locks name no change.
    for statement in [
        "SELECT pg_try_advisory_lock_shared(1280595534, CAST($1 AS INT)) AS is_done",
        "SELECT pg_advisory_unlock_shared(1280595534, CAST($1 AS INT)) AS is_done",
    ] {
        let number = if statement.contains("unlock") { before } else { applied };
        sqlx::query(statement).bind(signed(lower_half(number))).fetch_one(&mut *connection).await?;
    }
    Ok(())
}

/// What a fresh connection finds out about the database and a node's locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The latest change that was made on any node.
    pub latest: ChangeNumber,
    /// Whether the locks are held in this same database, so that a node that confirms a change sees them.
    pub is_seen: bool,
    /// How many nodes are live by their heartbeats.
    pub live_nodes: i64,
}

/// Reads the state without writing, by another connection than the one that holds the locks.
pub async fn read(connection: &mut AnyConnection, tag: NodeTag, process: i64) -> Result<Reading, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT number, pg_is_in_recovery() AS is_standby, (SELECT count(*) FROM pg_locks WHERE ",
        readers!(),
        " AND CAST(objid AS BIGINT) = $1 AND pid = $2) AS seen, \
         (SELECT count(*) FROM nodes WHERE lives_until > extract(epoch FROM clock_timestamp()) * 1000) AS living \
         FROM change_counter"
    ))
    .bind(i64::from(tag.0))
    .bind(process)
    .fetch_one(connection)
    .await?;
    if row.try_get("is_standby")? {
        return Err(StorageError::Standby);
    }
    Ok(Reading {
        latest: ChangeNumber(row.try_get("number")?),
        is_seen: row.try_get::<i64, _>("seen")? > 0,
        live_nodes: row.try_get("living")?,
    })
}

/// Lists all nodes that read without writing.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<ReaderRow>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT max(CASE WHEN classid = 1280595539 THEN CAST(objid AS BIGINT) END) AS tag, \
         min(CASE WHEN classid = 1280595534 THEN CAST(objid AS BIGINT) END) AS lowest, \
         max(CASE WHEN classid = 1280595534 THEN CAST(objid AS BIGINT) END) AS highest, \
         (SELECT CAST(application_name AS TEXT) FROM pg_stat_activity WHERE pg_stat_activity.pid = pg_locks.pid) AS name \
         FROM pg_locks WHERE ",
        readers_and_numbers!(),
        " GROUP BY pg_locks.pid HAVING max(CASE WHEN classid = 1280595539 THEN 1 END) = 1"
    ))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let half = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.and_then(unsigned));
            Ok(ReaderRow {
                tag: NodeTag(half("tag")?.unwrap_or_default()),
                name: row.try_get::<Option<String>, _>("name")?.unwrap_or_default(),
                applied: AppliedLocks { lowest: half("lowest")?, highest: half("highest")? },
            })
        })
        .collect()
}

fn unsigned(half: i64) -> Option<u32> {
    u32::try_from(half).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locks(lowest: u32, highest: u32) -> AppliedLocks {
        AppliedLocks { lowest: Some(lowest), highest: Some(highest) }
    }

    #[test]
    fn a_change_is_recognized_by_its_lower_half_beyond_32_bits() {
        let end = i64::from(u32::MAX);
        for (number, lowest, highest, reached) in [
            (17, 17, 17, true),
            (17, 16, 16, false),
            (17, 16, 18, true),
            (end + 1, u32::MAX, u32::MAX, false),
            (end + 1, 0, u32::MAX, true),
            (end, 0, 0, true),
            (3 * (end + 1) + 5, 5, 5, true),
            (3 * (end + 1) + 5, 4, 4, false),
        ] {
            assert_eq!(
                locks(lowest, highest).has_applied(ChangeNumber(number)),
                reached,
                "{number} {lowest} {highest}"
            );
        }
        assert!(!AppliedLocks::default().has_applied(ChangeNumber(0)), "no change is shown");
    }

    #[test]
    fn halves_are_sent_as_signed_and_read_as_unsigned() {
        for half in [0, 1, u32::MAX, 1 << 31] {
            let sent = signed(half);
            assert!(i32::try_from(sent).is_ok());
            assert_eq!(unsigned(i64::from(u32::try_from(sent & 0xffff_ffff).unwrap())), Some(half));
        }
    }
}
