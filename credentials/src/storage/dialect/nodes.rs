//! How the nodes on one PostgreSQL hear of each other's changes. The moments are the database's: nodes' clocks differ.

use std::time::Duration;

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::{AnyConnection, Row};

use super::{Dialect, readers::readers};
use crate::{
    propagation::{Beat, Change, ChangeNumber, Changed, HELD_AT_LEAST, Mark, NodeRow, NodeTag},
    storage::{StorageError, execute},
};

/// What nodes listen on. That something comes is the message.
pub(crate) const CHANNEL: &str = "latchkey_changes";

/// The database's own time, in milliseconds since 1970.
macro_rules! now {
    () => {
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}

/// Tells all nodes of a change with the commit of its transaction, which must come next: until then no other change can be
/// announced. `None` with SQLite, which has one node.
pub(crate) async fn announce(
    connection: &mut AnyConnection,
    changed: Changed<'_>,
) -> Result<Option<ChangeNumber>, StorageError> {
    if Dialect::of(connection) == Dialect::Sqlite {
        return Ok(None);
    }
    let (kind, subject) = match changed {
        Changed::Key(id) => ("access_key", id.as_str()),
        Changed::Token(id) => ("token", id),
        Changed::SigningKeys => ("signing_keys", ""),
    };
    let row = sqlx::query(concat!(
        "WITH next AS (UPDATE change_counter SET number = number + 1 RETURNING number), \
         noted AS (INSERT INTO changes (number, kind, subject, made_at) SELECT number, $1, $2, ",
        now!(),
        " FROM next) \
         SELECT number, CAST(pg_notify('latchkey_changes', CAST(number AS TEXT)) AS TEXT) AS notified FROM next"
    ))
    .bind(kind)
    .bind(subject.to_owned())
    .fetch_one(connection)
    .await?;
    Ok(Some(ChangeNumber(row.try_get("number")?)))
}

/// The number of the latest change.
pub(crate) async fn latest_change(connection: &mut AnyConnection) -> Result<ChangeNumber, StorageError> {
    let row = sqlx::query("SELECT number FROM change_counter").fetch_one(connection).await?;
    Ok(ChangeNumber(row.try_get("number")?))
}

/// The latest change, and when it was made.
pub(crate) async fn latest_mark(connection: &mut AnyConnection) -> Result<Mark, StorageError> {
    let number = latest_change(connection).await?;
    mark(connection, number).await
}

/// When a change was made, if it is announced still.
pub(crate) async fn mark(connection: &mut AnyConnection, number: ChangeNumber) -> Result<Mark, StorageError> {
    let query = sqlx::query("SELECT made_at FROM changes WHERE number = $1").bind(number.0);
    let row = query.fetch_optional(connection).await?;
    let made_at = row.map(|row| row.try_get("made_at").map(Timestamp)).transpose()?;
    Ok(Mark { number, made_at })
}

/// Refuses a standby: what it says may be from before the latest changes.
pub(crate) async fn must_be_primary(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let row = sqlx::query("SELECT pg_is_in_recovery() AS is_standby").fetch_one(connection).await?;
    if row.try_get("is_standby")? { Err(StorageError::Standby) } else { Ok(()) }
}

/// Whether sessions that begin now can change nothing.
pub(crate) async fn is_read_only(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    let query = "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery() AS is_read_only";
    Ok(sqlx::query(query).fetch_one(connection).await?.try_get("is_read_only")?)
}

/// What a node tells the others of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) applied: ChangeNumber,
    pub(crate) lives_for: Duration,
    /// Whether it has looked often enough of late to know that no node reads without being counted.
    pub(crate) has_clear_view: bool,
}

/// Tells that a node lives, for so long, and which change it goes by.
pub(crate) async fn beat(connection: &mut AnyConnection, told: Told<'_>) -> Result<Beat, StorageError> {
    // The statement does not see its own row: so it counts the others.
    let row = sqlx::query(concat!(
        "WITH moment AS (SELECT ",
        now!(),
        " AS now), \
         readers AS (SELECT count(*) AS count FROM pg_locks WHERE ",
        readers!(),
        "), \
         beat AS (INSERT INTO nodes (id, name, applied, seen_at, lives_until, has_clear_view) \
         SELECT $1, $2, $3, now, now + $4, CASE WHEN count = 0 THEN $5 ELSE 0 END FROM moment, readers \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, applied = EXCLUDED.applied, seen_at = EXCLUDED.seen_at, \
         lives_until = EXCLUDED.lives_until, has_clear_view = EXCLUDED.has_clear_view) \
         SELECT number, (SELECT count FROM readers) AS readers, \
         (SELECT count(*) FROM nodes, moment WHERE id <> $1 AND lives_until > now) AS others, \
         (SELECT count(*) FROM nodes, moment WHERE id <> $1 AND has_clear_view = 1 AND seen_at > now - $6) AS clear_views \
         FROM change_counter"
    ))
    .bind(told.id.to_owned())
    .bind(told.name.to_owned())
    .bind(told.applied.0)
    .bind(milliseconds(told.lives_for))
    .bind(i64::from(told.has_clear_view))
    .bind(milliseconds(HELD_AT_LEAST))
    .fetch_one(connection)
    .await?;
    let others = usize::try_from(row.try_get::<i64, _>("others")?).unwrap_or_default();
    Ok(Beat {
        latest: ChangeNumber(row.try_get("number")?),
        living: others + 1,
        readers: row.try_get("readers")?,
        others_have_clear_view: row.try_get::<i64, _>("clear_views")? > 0,
    })
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The nodes that live by what they have written.
pub(crate) async fn living(connection: &mut AnyConnection) -> Result<Vec<NodeRow>, StorageError> {
    let rows =
        sqlx::query(concat!("SELECT id, name, applied FROM nodes WHERE lives_until > ", now!(), " ORDER BY name, id"))
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| {
            let (id, name): (String, String) = (row.try_get("id")?, row.try_get("name")?);
            Ok(NodeRow { tag: NodeTag::of(&id), name, applied: ChangeNumber(row.try_get("applied")?) })
        })
        .collect()
}

/// Takes a node off the list: it serves no more.
pub(crate) async fn leave(connection: &mut AnyConnection, id: &str) -> Result<(), StorageError> {
    execute(connection, sqlx::query("DELETE FROM nodes WHERE id = $1").bind(id.to_owned())).await.map(|_| ())
}

/// Some of the changes after one, in order.
pub(crate) async fn changes_after(
    connection: &mut AnyConnection,
    applied: ChangeNumber,
    limit: i64,
) -> Result<Vec<Change>, StorageError> {
    let rows =
        sqlx::query("SELECT number, kind, subject, made_at FROM changes WHERE number > $1 ORDER BY number LIMIT $2")
            .bind(applied.0)
            .bind(limit)
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| {
            let subject: String = row.try_get("subject")?;
            let made_at = Some(Timestamp(row.try_get("made_at")?));
            let mark = Mark { number: ChangeNumber(row.try_get("number")?), made_at };
            Ok(match row.try_get::<String, _>("kind")?.as_str() {
                "access_key" => Change::Key(mark, subject.parse::<AccessKeyId>().map_err(|_| CORRUPT)?),
                "token" => Change::Token(mark, subject),
                "signing_keys" => Change::SigningKeys(mark),
                _ => return Err(CORRUPT),
            })
        })
        .collect()
}

const CORRUPT: StorageError = StorageError::Corrupt("change");

/// Forgets changes that were made before a while, and nodes that have not been seen for as long.
pub(crate) async fn forget_before(connection: &mut AnyConnection, while_ago: Duration) -> Result<(), StorageError> {
    if Dialect::of(connection) == Dialect::Sqlite {
        return Ok(());
    }
    for statement in [
        concat!("DELETE FROM changes WHERE made_at < ", now!(), " - $1"),
        concat!("DELETE FROM nodes WHERE lives_until < ", now!(), " - $1"),
    ] {
        execute(connection, sqlx::query(statement).bind(milliseconds(while_ago))).await?;
    }
    Ok(())
}
