use latchkey_model::{
    access_key::Use,
    id::{AccessKeyId, OrganizationId, RequestId},
    scope::{ScopeName, Scopes},
    text,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use super::{
    StorageError, execute,
    key_row::{read, written},
    parse_column,
};
use crate::access_keys::{KeyRecord, Proof, State};

/// Adds a key; a repeated request is a unique violation.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    key: &KeyRecord,
    request: Option<&RequestId>,
) -> Result<(), StorageError> {
    let (secret, public_key) = match &key.proof {
        Proof::Secret(secret) => (Some(secret), None),
        Proof::KeyPair(public) => (None, Some(written(public)?)),
    };
    let query = sqlx::query(
        "INSERT INTO access_keys (id, organization_id, kind, name, name_folded, state, scopes, generation, revision, \
         secret_hash, secret_tag, public_key, token_lifetime, request_id, created_at, created_by, expires_at) \
         VALUES ($1, $2, $3, $4, $5, 'inactive', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(key.id.as_str().to_owned())
    .bind(key.organization_id.as_str().to_owned())
    .bind(key.kind().as_str())
    .bind(key.name.clone())
    .bind(text::fold(&key.name))
    .bind(key.scopes.to_string())
    .bind(key.generation)
    .bind(key.revision)
    .bind(secret.map(|secret| secret.hash.to_string()))
    .bind(secret.map(|secret| i64::from(secret.tag)))
    .bind(public_key)
    .bind(key.token_lifetime.map(|lifetime| i64::from(lifetime.seconds())))
    .bind(request.map(|request| request.as_str().to_owned()))
    .bind(key.created_at.0)
    .bind(key.created_by.clone())
    .bind(key.expires_at.map(|at| at.0));
    execute(connection, query).await.map(|_| ())
}

/// A key by its ID alone, for who presents it.
pub(crate) async fn by_id(connection: &mut AnyConnection, id: &AccessKeyId) -> Result<Option<KeyRecord>, StorageError> {
    let row = sqlx::query("SELECT * FROM access_keys WHERE id = $1")
        .bind(id.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Some of the keys that are not deleted, in the order of their IDs, after one of them: its ID, and the key itself, if its row
/// can be read.
pub(crate) async fn living_after(
    connection: &mut AnyConnection,
    id: &str,
    limit: i64,
) -> Result<Vec<(AccessKeyId, Option<KeyRecord>)>, StorageError> {
    let rows = sqlx::query("SELECT * FROM access_keys WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT $2")
        .bind(id.to_owned())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((parse_column(row, "id")?, read(row).ok()))).collect()
}

/// A key of one organization.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
) -> Result<Option<KeyRecord>, StorageError> {
    Ok(by_id(connection, id).await?.filter(|key| key.organization_id == *organization))
}

/// Takes a key to change it: its revision is raised, and its row held until the transaction ends.
pub(crate) async fn take_for_change(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
) -> Result<Option<KeyRecord>, StorageError> {
    let row = sqlx::query(
        "UPDATE access_keys SET revision = revision + 1 WHERE organization_id = $1 AND id = $2 RETURNING *",
    )
    .bind(organization.as_str().to_owned())
    .bind(id.as_str().to_owned())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// Writes what a change may change: the name, the state and since when it is active, the scopes, the token lifetime and
/// the generation.
pub(crate) async fn update(connection: &mut AnyConnection, key: &KeyRecord) -> Result<(), StorageError> {
    let (state, deleted_at) = match key.state {
        State::Inactive => ("inactive", None),
        State::Active => ("active", None),
        State::Deleted { at } => ("deleted", Some(at.0)),
    };
    let query = sqlx::query(
        "UPDATE access_keys SET name = $1, name_folded = $2, state = $3, deleted_at = $4, scopes = $5, generation = $6, \
         token_lifetime = $7, activated_at = $8 WHERE id = $9",
    )
    .bind(key.name.clone())
    .bind(text::fold(&key.name))
    .bind(state)
    .bind(deleted_at)
    .bind(key.scopes.to_string())
    .bind(key.generation)
    .bind(key.token_lifetime.map(|lifetime| i64::from(lifetime.seconds())))
    .bind(key.activated_at.map(|at| at.0))
    .bind(key.id.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// The ID of the key that a request made.
pub(crate) async fn id_by_request(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    request: &RequestId,
) -> Result<Option<AccessKeyId>, StorageError> {
    let row = sqlx::query("SELECT id FROM access_keys WHERE organization_id = $1 AND request_id = $2")
        .bind(organization.as_str().to_owned())
        .bind(request.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(|row| parse_column(row, "id")).transpose()
}

/// Writes a key's first use; `false` if it had one.
pub(crate) async fn record_first_use(
    connection: &mut AnyConnection,
    id: &AccessKeyId,
    first: &Use,
) -> Result<bool, StorageError> {
    let query = sqlx::query(
        "UPDATE access_keys SET first_used_at = $1, first_used_from = $2, last_used_at = $3, last_used_from = $4 \
         WHERE id = $5 AND first_used_at IS NULL",
    )
    .bind(first.at.0)
    .bind(first.from.clone())
    .bind(first.at.0)
    .bind(first.from.clone())
    .bind(id.as_str().to_owned());
    Ok(execute(connection, query).await? > 0)
}

/// Writes a key's latest use, unless a later one is there; it is the first as well, if that is not.
pub(crate) async fn record_last_use(
    connection: &mut AnyConnection,
    id: &AccessKeyId,
    last: &Use,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "UPDATE access_keys SET last_used_at = $1, last_used_from = $2, \
         first_used_at = COALESCE(first_used_at, $3), first_used_from = COALESCE(first_used_from, $4) \
         WHERE id = $5 AND (last_used_at IS NULL OR last_used_at < $6)",
    )
    .bind(last.at.0)
    .bind(last.from.clone())
    .bind(last.at.0)
    .bind(last.from.clone())
    .bind(id.as_str().to_owned())
    .bind(last.at.0);
    execute(connection, query).await.map(|_| ())
}

/// Replaces a hash by one of the same secret at another cost, unless it has been replaced meanwhile.
pub(crate) async fn upgrade_hash(
    connection: &mut AnyConnection,
    id: &AccessKeyId,
    from: &str,
    to: &str,
) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE access_keys SET secret_hash = $1 WHERE id = $2 AND secret_hash = $3")
        .bind(to.to_owned())
        .bind(id.as_str().to_owned())
        .bind(from.to_owned());
    execute(connection, query).await.map(|_| ())
}

/// How many keys an organization has, deleted ones included. Each half has an index that holds all that is asked for.
pub(crate) async fn count(connection: &mut AnyConnection, organization: &OrganizationId) -> Result<i64, StorageError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM access_keys WHERE organization_id = $1 AND state <> 'deleted') \
         + (SELECT COUNT(*) FROM access_keys WHERE organization_id = $2 AND state = 'deleted') AS found",
    )
    .bind(organization.as_str().to_owned())
    .bind(organization.as_str().to_owned())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("found")?)
}

/// How many keys of an organization carry a scope.
pub(crate) async fn count_carrying(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    scope: &ScopeName,
) -> Result<usize, StorageError> {
    let rows = sqlx::query("SELECT scopes FROM access_keys WHERE organization_id = $1 AND scopes <> ''")
        .bind(organization.as_str().to_owned())
        .fetch_all(connection)
        .await?;
    let carried = rows.iter().map(|row| parse_column::<Scopes>(row, "scopes"));
    let carried = carried.collect::<Result<Vec<_>, _>>()?;
    Ok(carried.iter().filter(|scopes| scopes.contains(scope.as_str())).count())
}

/// How many keys are active, expired ones among them.
pub(crate) async fn count_active(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    let row =
        sqlx::query("SELECT COUNT(*) AS found FROM access_keys WHERE state = 'active'").fetch_one(connection).await?;
    Ok(u64::try_from(row.try_get::<i64, _>("found")?).unwrap_or_default())
}

/// Removes for good the keys that were deleted before a moment, and tells which.
pub(crate) async fn purge(
    connection: &mut AnyConnection,
    deleted_before: Timestamp,
) -> Result<Vec<KeyRecord>, StorageError> {
    let rows = sqlx::query("DELETE FROM access_keys WHERE deleted_at <= $1 RETURNING *")
        .bind(deleted_before.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// Notes which keys have expired, so that lists find them in their own index.
pub(crate) async fn note_expired(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE access_keys SET expired = 1 WHERE expired = 0 AND expires_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
