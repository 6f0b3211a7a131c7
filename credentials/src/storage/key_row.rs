use latchkey_model::{
    access_key::Use,
    public_key::{Jwk, PublicKey},
    timestamp::Timestamp,
};
use sqlx::{Row, any::AnyRow};

use super::{StorageError, parse_column};
use crate::{
    access_keys::{KeyRecord, Proof, State, StoredSecret},
    secret::SecretTag,
};

/// A key as its row holds it.
pub(super) fn read(row: &AnyRow) -> Result<KeyRecord, StorageError> {
    let moment = |column| Ok::<_, StorageError>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
    let state = match (row.try_get::<String, _>("state")?.as_str(), moment("deleted_at")?) {
        ("inactive", None) => State::Inactive,
        ("active", None) => State::Active,
        ("deleted", Some(at)) => State::Deleted { at },
        _ => return Err(StorageError::Corrupt("state")),
    };
    let usage = |at, from| {
        Ok::<_, StorageError>(match (moment(at)?, row.try_get::<Option<String>, _>(from)?) {
            (Some(at), Some(from)) => Some(Use { at, from }),
            _ => None,
        })
    };
    Ok(KeyRecord {
        id: parse_column(row, "id")?,
        organization_id: parse_column(row, "organization_id")?,
        name: row.try_get("name")?,
        state,
        scopes: parse_column(row, "scopes")?,
        generation: row.try_get("generation")?,
        revision: row.try_get("revision")?,
        proof: read_proof(row)?,
        token_lifetime: row
            .try_get::<Option<i64>, _>("token_lifetime")?
            .map(|seconds| u32::try_from(seconds).ok().and_then(|seconds| seconds.try_into().ok()))
            .map(|lifetime| lifetime.ok_or(StorageError::Corrupt("token_lifetime")))
            .transpose()?,
        created_at: Timestamp(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        expires_at: moment("expires_at")?,
        activated_at: moment("activated_at")?,
        first_used: usage("first_used_at", "first_used_from")?,
        last_used: usage("last_used_at", "last_used_from")?,
    })
}

fn read_proof(row: &AnyRow) -> Result<Proof, StorageError> {
    if let Some(public) = row.try_get::<Option<String>, _>("public_key")? {
        let public = PublicKey::from_stored(&public).map_err(|_| StorageError::Corrupt("public_key"))?;
        return Ok(Proof::KeyPair(public));
    }
    let tag = SecretTag::try_from(row.try_get::<i64, _>("secret_tag")?);
    let tag = tag.map_err(|_| StorageError::Corrupt("secret_tag"))?;
    Ok(Proof::Secret(StoredSecret::new(row.try_get("secret_hash")?, tag)))
}

/// A public key as its column holds it: the JSON of a JWK.
pub(super) fn written(public: &PublicKey) -> Result<String, StorageError> {
    serde_json::to_string(&Jwk::from(public.clone())).map_err(|_| StorageError::Corrupt("public_key"))
}
