use latchkey_model::{
    id::{AccessKeyId, OrganizationId, RequestId},
    text,
    timestamp::Timestamp,
};
use sqlx::AnyConnection;

use super::{
    key_state::KeyState,
    row::{AccessKeyRow, AuthenticatorRow, public_key_column},
};
use crate::{StorageError, query::execute};

/// Inserts a key. A repeated request is a unique violation.
pub async fn insert(
    connection: &mut AnyConnection,
    key: &AccessKeyRow,
    request: Option<&RequestId>,
) -> Result<(), StorageError> {
    let (hash, tag, public_key) = match &key.authenticator {
        AuthenticatorRow::Secret { hash, tag } => (Some(hash.clone()), Some(i64::from(*tag)), None),
        AuthenticatorRow::KeyPair(public) => (None, None, Some(public_key_column(public)?)),
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
    .bind(hash)
    .bind(tag)
    .bind(public_key)
    .bind(key.token_lifetime.map(|lifetime| i64::from(lifetime.seconds())))
    .bind(request.map(|request| request.as_str().to_owned()))
    .bind(key.created_at.0)
    .bind(key.created_by.clone())
    .bind(key.expires_at.map(|at| at.0));
    execute(connection, query).await.map(|_| ())
}

/// Locks a key until the transaction ends, raises its revision and returns it.
pub async fn lock_for_update(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
) -> Result<Option<AccessKeyRow>, StorageError> {
    let row = sqlx::query(
        "UPDATE access_keys SET revision = revision + 1 WHERE organization_id = $1 AND id = $2 RETURNING *",
    )
    .bind(organization.as_str().to_owned())
    .bind(id.as_str().to_owned())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(AccessKeyRow::read).transpose()
}

/// Updates what a change may change: the name, the state, when it was activated, the scopes, the token lifetime and the
/// generation.
pub async fn update(connection: &mut AnyConnection, key: &AccessKeyRow) -> Result<(), StorageError> {
    let (state, deleted_at) = match key.state {
        KeyState::Inactive => ("inactive", None),
        KeyState::Active => ("active", None),
        KeyState::Deleted { at } => ("deleted", Some(at.0)),
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

/// Replaces a hash by one of the same secret at another cost, unless another change replaced it first.
pub async fn upgrade_hash(
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

/// Removes the rows of keys deleted at or before a time, and returns them.
pub async fn purge(
    connection: &mut AnyConnection,
    deleted_before: Timestamp,
) -> Result<Vec<AccessKeyRow>, StorageError> {
    let rows = sqlx::query("DELETE FROM access_keys WHERE deleted_at <= $1 RETURNING *")
        .bind(deleted_before.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(AccessKeyRow::read).collect()
}

/// Marks the keys that have expired, so that the list of expired keys has an index.
pub async fn mark_expired(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE access_keys SET expired = 1 WHERE expired = 0 AND expires_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
