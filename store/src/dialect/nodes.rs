//! How the nodes on one PostgreSQL learn of each other's changes. All times are the database's, because the clocks of nodes differ.

use std::time::Duration;

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::{AnyConnection, Row};

use super::{kind::Dialect, readers::readers};
use crate::{
    StorageError,
    cluster::{Announcement, Change, ChangeNumber, ChangePosition, Heartbeat, HeartbeatReply, NodeRow, NodeTag},
    query::execute,
};

/// The channel that nodes listen on. A notification has no content: it means that there is something to read.
pub const CHANNEL: &str = "latchkey_changes";

/// The time of the database, in Unix milliseconds.
macro_rules! now {
    () => {
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}

/// Announces a change to all nodes when its transaction commits. The commit must come next: until then no other change can be
/// announced. Returns `None` with SQLite, which has one node.
pub async fn announce(
    connection: &mut AnyConnection,
    announcement: Announcement<'_>,
) -> Result<Option<ChangeNumber>, StorageError> {
    if Dialect::of_connection(connection) == Dialect::Sqlite {
        return Ok(None);
    }
    let (kind, subject) = match announcement {
        Announcement::Key(id) => ("access_key", id.as_str()),
        Announcement::Token(id) => ("token", id),
        Announcement::SigningKeys => ("signing_keys", ""),
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

/// Returns the number of the latest change.
pub async fn latest_change(connection: &mut AnyConnection) -> Result<ChangeNumber, StorageError> {
    let row = sqlx::query("SELECT number FROM change_counter").fetch_one(connection).await?;
    Ok(ChangeNumber(row.try_get("number")?))
}

/// Returns the position of the latest change.
pub async fn latest_position(connection: &mut AnyConnection) -> Result<ChangePosition, StorageError> {
    let number = latest_change(connection).await?;
    position(connection, number).await
}

/// Returns the position of a change, with its time if it is still announced.
pub async fn position(connection: &mut AnyConnection, number: ChangeNumber) -> Result<ChangePosition, StorageError> {
    let query = sqlx::query("SELECT made_at FROM changes WHERE number = $1").bind(number.0);
    let row = query.fetch_optional(connection).await?;
    let made_at = row.map(|row| row.try_get("made_at").map(Timestamp)).transpose()?;
    Ok(ChangePosition { number, made_at })
}

/// Refuses a standby, which may lack the latest changes.
pub async fn require_primary(connection: &mut AnyConnection) -> Result<(), StorageError> {
    let row = sqlx::query("SELECT pg_is_in_recovery() AS is_standby").fetch_one(connection).await?;
    if row.try_get("is_standby")? { Err(StorageError::Standby) } else { Ok(()) }
}

/// Returns whether new sessions are read-only.
pub async fn is_read_only(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    let query = "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery() AS is_read_only";
    Ok(sqlx::query(query).fetch_one(connection).await?.try_get("is_read_only")?)
}

/// Stores a heartbeat and returns what there is to know about the other nodes.
pub async fn heartbeat(
    connection: &mut AnyConnection,
    heartbeat: Heartbeat<'_>,
) -> Result<HeartbeatReply, StorageError> {
    // The statement does not see the row that it writes, so it counts the other nodes.
    let row = sqlx::query(concat!(
        "WITH clock AS (SELECT ",
        now!(),
        " AS now), \
         readers AS (SELECT count(*) AS count FROM pg_locks WHERE ",
        readers!(),
        "), \
         beat AS (INSERT INTO nodes (id, name, applied, seen_at, lives_until, has_clear_view) \
         SELECT $1, $2, $3, now, now + $4, CASE WHEN count = 0 THEN $5 ELSE 0 END FROM clock, readers \
         ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, applied = EXCLUDED.applied, seen_at = EXCLUDED.seen_at, \
         lives_until = EXCLUDED.lives_until, has_clear_view = EXCLUDED.has_clear_view) \
         SELECT number, (SELECT count FROM readers) AS readers, \
         (SELECT count(*) FROM nodes, clock WHERE id <> $1 AND lives_until > now) AS others, \
         (SELECT count(*) FROM nodes, clock WHERE id <> $1 AND has_clear_view = 1 AND seen_at > now - $6) AS clear_views \
         FROM change_counter"
    ))
    .bind(heartbeat.id.to_owned())
    .bind(heartbeat.name.to_owned())
    .bind(heartbeat.applied.0)
    .bind(milliseconds(heartbeat.lives_for))
    .bind(i64::from(heartbeat.has_clear_view))
    .bind(milliseconds(heartbeat.view_is_recent_for))
    .fetch_one(connection)
    .await?;
    let others = usize::try_from(row.try_get::<i64, _>("others")?).unwrap_or_default();
    Ok(HeartbeatReply {
        latest: ChangeNumber(row.try_get("number")?),
        live_nodes: others + 1,
        readers: row.try_get("readers")?,
        others_have_clear_view: row.try_get::<i64, _>("clear_views")? > 0,
    })
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Lists the nodes that are live by their heartbeats.
pub async fn live(connection: &mut AnyConnection) -> Result<Vec<NodeRow>, StorageError> {
    let rows =
        sqlx::query(concat!("SELECT id, name, applied FROM nodes WHERE lives_until > ", now!(), " ORDER BY name, id"))
            .fetch_all(connection)
            .await?;
    rows.iter()
        .map(|row| {
            let (id, name): (String, String) = (row.try_get("id")?, row.try_get("name")?);
            Ok(NodeRow { tag: NodeTag::new(&id), name, applied: ChangeNumber(row.try_get("applied")?) })
        })
        .collect()
}

/// Removes a node that has stopped.
pub async fn leave(connection: &mut AnyConnection, id: &str) -> Result<(), StorageError> {
    execute(connection, sqlx::query("DELETE FROM nodes WHERE id = $1").bind(id.to_owned())).await.map(|_| ())
}

/// Lists up to `limit` changes after one, in order.
pub async fn changes_after(
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
            let position = ChangePosition { number: ChangeNumber(row.try_get("number")?), made_at };
            Ok(match row.try_get::<String, _>("kind")?.as_str() {
                "access_key" => Change::Key(position, subject.parse::<AccessKeyId>().map_err(|_| CORRUPT)?),
                "token" => Change::Token(position, subject),
                "signing_keys" => Change::SigningKeys(position),
                _ => return Err(CORRUPT),
            })
        })
        .collect()
}

const CORRUPT: StorageError = StorageError::Corrupt("change");

/// Deletes the changes that are older than `age`, and the nodes whose heartbeats ended longer ago.
pub async fn purge_older_than(connection: &mut AnyConnection, age: Duration) -> Result<(), StorageError> {
    if Dialect::of_connection(connection) == Dialect::Sqlite {
        return Ok(());
    }
    for statement in [
        concat!("DELETE FROM changes WHERE made_at < ", now!(), " - $1"),
        concat!("DELETE FROM nodes WHERE lives_until < ", now!(), " - $1"),
    ] {
        execute(connection, sqlx::query(statement).bind(milliseconds(age))).await?;
    }
    Ok(())
}
