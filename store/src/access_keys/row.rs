use latchkey_model::{
    access_key::{KeyStatus, Kind, Use},
    id::{AccessKeyId, OrganizationId},
    public_key::{Jwk, PublicKey},
    scope::Scopes,
    timestamp::Timestamp,
    token_lifetime::TokenLifetime,
};
use sqlx::{Row, any::AnyRow};

use super::key_state::KeyState;
use crate::{StorageError, query::parse_column};

/// A row of `access_keys`.
#[derive(Debug, Clone)]
pub struct AccessKeyRow {
    /// The key's ID, which also says its kind.
    pub id: AccessKeyId,
    /// The organization that the key belongs to.
    pub organization_id: OrganizationId,
    /// The name that an administrator gave it.
    pub name: String,
    /// Inactive, active or deleted.
    pub state: KeyState,
    /// What it may be used for.
    pub scopes: Scopes,
    /// Raised by deactivating and deleting. Access tokens of an earlier generation are refused.
    pub generation: i64,
    /// Raised by every change. Puts the history in order.
    pub revision: i64,
    /// What a presented credential is compared with.
    pub authenticator: AuthenticatorRow,
    /// The lifetime of its access tokens; `None` for the server's default.
    pub token_lifetime: Option<TokenLifetime>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: String,
    /// When it stops working, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last activated.
    pub activated_at: Option<Timestamp>,
    /// Its first accepted call.
    pub first_used: Option<Use>,
    /// Its latest accepted call, as far as it was written.
    pub last_used: Option<Use>,
}

/// What a presented credential is compared with.
#[derive(Clone, PartialEq, Eq)]
pub enum AuthenticatorRow {
    /// A secret, which was shown once.
    Secret {
        /// Its argon2id hash, a PHC string.
        hash: String,
        /// 32 bits of its SHA-256, so that most wrong secrets are not hashed.
        tag: u32,
    },
    /// The public half of a key pair; the private half never was in Latchkey (RFC 7523).
    KeyPair(PublicKey),
}

impl std::fmt::Debug for AuthenticatorRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Secret { .. } => "Secret(…)",
            Self::KeyPair(_) => "KeyPair(…)",
        })
    }
}

impl AccessKeyRow {
    /// Returns the kind of the key.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.id.kind()
    }

    /// Returns the status of the key at a time.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> KeyStatus {
        self.state.status(self.expires_at, now)
    }

    /// Reads a row.
    pub(super) fn read(row: &AnyRow) -> Result<Self, StorageError> {
        let time = |column| Ok::<_, StorageError>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp));
        let state = match (row.try_get::<String, _>("state")?.as_str(), time("deleted_at")?) {
            ("inactive", None) => KeyState::Inactive,
            ("active", None) => KeyState::Active,
            ("deleted", Some(at)) => KeyState::Deleted { at },
            _ => return Err(StorageError::Corrupt("state")),
        };
        let usage = |at, from| {
            Ok::<_, StorageError>(match (time(at)?, row.try_get::<Option<String>, _>(from)?) {
                (Some(at), Some(from)) => Some(Use { at, from }),
                _ => None,
            })
        };
        Ok(Self {
            id: parse_column(row, "id")?,
            organization_id: parse_column(row, "organization_id")?,
            name: row.try_get("name")?,
            state,
            scopes: parse_column(row, "scopes")?,
            generation: row.try_get("generation")?,
            revision: row.try_get("revision")?,
            authenticator: read_authenticator(row)?,
            token_lifetime: row
                .try_get::<Option<i64>, _>("token_lifetime")?
                .map(|seconds| u32::try_from(seconds).ok().and_then(|seconds| seconds.try_into().ok()))
                .map(|lifetime| lifetime.ok_or(StorageError::Corrupt("token_lifetime")))
                .transpose()?,
            created_at: Timestamp(row.try_get("created_at")?),
            created_by: row.try_get("created_by")?,
            expires_at: time("expires_at")?,
            activated_at: time("activated_at")?,
            first_used: usage("first_used_at", "first_used_from")?,
            last_used: usage("last_used_at", "last_used_from")?,
        })
    }
}

fn read_authenticator(row: &AnyRow) -> Result<AuthenticatorRow, StorageError> {
    if let Some(public) = row.try_get::<Option<String>, _>("public_key")? {
        let public = PublicKey::from_stored(&public).map_err(|_| StorageError::Corrupt("public_key"))?;
        return Ok(AuthenticatorRow::KeyPair(public));
    }
    let tag = u32::try_from(row.try_get::<i64, _>("secret_tag")?);
    let tag = tag.map_err(|_| StorageError::Corrupt("secret_tag"))?;
    Ok(AuthenticatorRow::Secret { hash: row.try_get("secret_hash")?, tag })
}

/// Returns the text of a public key's column: the JSON of a JWK.
pub(super) fn public_key_column(public: &PublicKey) -> Result<String, StorageError> {
    serde_json::to_string(&Jwk::from(public.clone())).map_err(|_| StorageError::Corrupt("public_key"))
}
