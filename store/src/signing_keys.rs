//! The table `signing_keys`.

use latchkey_model::timestamp::Timestamp;
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{StorageError, query::execute};

/// A row of `signing_keys`. The seal of the private key covers all other columns.
pub struct SigningKeyRow {
    /// The `kid`: the thumbprint of the key (RFC 7638).
    pub id: String,
    /// The name of its algorithm.
    pub algorithm: String,
    /// The private key, sealed.
    pub sealed_private_key: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it starts to sign.
    pub signs_from: Timestamp,
}

/// A row with a column of another type than in the schema, which SQLite allows. Holds its ID, if that is a text.
pub struct UnreadableRow(pub Option<String>);

/// Inserts a key.
pub async fn insert(connection: &mut AnyConnection, key: &SigningKeyRow) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO signing_keys (id, algorithm, sealed_private_key, created_at, signs_from) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(key.id.clone())
    .bind(key.algorithm.clone())
    .bind(key.sealed_private_key.clone())
    .bind(key.created_at.0)
    .bind(key.signs_from.0);
    execute(connection, query).await.map(|_| ())
}

/// Replaces the sealed private key of a key.
pub async fn reseal(connection: &mut AnyConnection, id: &str, sealed: &str) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE signing_keys SET sealed_private_key = $1 WHERE id = $2");
    execute(connection, query.bind(sealed.to_owned()).bind(id.to_owned())).await.map(|_| ())
}

/// Deletes a key.
pub async fn delete(connection: &mut AnyConnection, id: &str) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM signing_keys WHERE id = $1").bind(id.to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Deletes all keys.
pub async fn delete_all(connection: &mut AnyConnection) -> Result<(), StorageError> {
    execute(connection, sqlx::query("DELETE FROM signing_keys")).await.map(|_| ())
}

/// Lists all rows, the newest key first. A row that cannot be read does not hide the others.
pub async fn list(connection: &mut AnyConnection) -> Result<Vec<Result<SigningKeyRow, UnreadableRow>>, StorageError> {
    let rows = sqlx::query("SELECT * FROM signing_keys ORDER BY signs_from DESC, id").fetch_all(connection).await?;
    Ok(rows.iter().map(|row| read(row).map_err(|_| UnreadableRow(row.try_get("id").ok()))).collect())
}

fn read(row: &AnyRow) -> Result<SigningKeyRow, sqlx::Error> {
    Ok(SigningKeyRow {
        id: row.try_get("id")?,
        algorithm: row.try_get("algorithm")?,
        sealed_private_key: row.try_get("sealed_private_key")?,
        created_at: Timestamp(row.try_get("created_at")?),
        signs_from: Timestamp(row.try_get("signs_from")?),
    })
}
