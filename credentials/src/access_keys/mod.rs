//! Access keys: one lifecycle for both kinds.

mod change;
mod create;
#[cfg(any(test, feature = "fuzz"))]
mod cursors;
mod delete;
mod get;
mod history;
mod list;
mod proof;
mod purge;
mod rename;
mod restore;
mod set_scopes;
mod set_status;
mod set_token_lifetime;
mod state;
mod store;
mod validate;

use std::time::Duration;

pub use create::CreateAccessKeyError;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use cursors::check_cursors;
pub use delete::DeleteAccessKeyError;
pub use get::GetAccessKeyError;
pub use history::ListHistoryError;
use latchkey_model::{
    access_key::{AccessKey, Authentication, KeyStatus, Kind, Use},
    email::display_form,
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
    timestamp::Timestamp,
    token_lifetime::TokenLifetime,
};
pub use list::ListAccessKeysError;
pub(crate) use proof::{Proof, StoredSecret};
pub use rename::RenameAccessKeyError;
pub use restore::RestoreAccessKeyError;
pub use set_scopes::SetScopesError;
pub use set_status::SetStatusError;
pub use set_token_lifetime::SetTokenLifetimeError;
pub(crate) use state::State;
pub(crate) use store::Creation;
pub use validate::ValidateError;

/// How long a deleted key can be restored.
pub(crate) const RESTORABLE_FOR: Duration = Duration::from_hours(30 * 24);

/// A key as the database holds it.
#[derive(Debug, Clone)]
pub(crate) struct KeyRecord {
    pub(crate) id: AccessKeyId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) name: String,
    pub(crate) state: State,
    /// What it may be used for.
    pub(crate) scopes: Scopes,
    /// Raised by deactivating and deleting; access tokens of an earlier one are refused.
    pub(crate) generation: i64,
    /// Raised by every change; puts the history in order.
    pub(crate) revision: i64,
    pub(crate) proof: Proof,
    pub(crate) token_lifetime: Option<TokenLifetime>,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: String,
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was last activated.
    pub(crate) activated_at: Option<Timestamp>,
    pub(crate) first_used: Option<Use>,
    pub(crate) last_used: Option<Use>,
}

impl KeyRecord {
    pub(crate) fn kind(&self) -> Kind {
        self.id.kind()
    }

    /// What the key is good for at a moment.
    pub(crate) fn status(&self, now: Timestamp) -> KeyStatus {
        let expired = self.expires_at.is_some_and(|expiry| expiry <= now);
        match self.state {
            State::Deleted { .. } => KeyStatus::Deleted,
            _ if expired => KeyStatus::Expired,
            State::Active => KeyStatus::Active,
            State::Inactive => KeyStatus::Inactive,
        }
    }

    /// The key as people see it, its hash left out.
    pub(crate) fn shown(self, now: Timestamp) -> AccessKey {
        AccessKey {
            kind: self.kind(),
            status: self.status(now),
            deleted_at: match self.state {
                State::Deleted { at } => Some(at),
                State::Active | State::Inactive => None,
            },
            id: self.id,
            name: self.name,
            scopes: self.scopes,
            authentication: match self.proof {
                Proof::Secret(_) => Authentication::Secret,
                Proof::KeyPair(_) => Authentication::PrivateKeyJwt,
            },
            token_lifetime: self.token_lifetime,
            created_at: self.created_at,
            created_by: display_form(self.created_by),
            expires_at: self.expires_at,
            first_used: self.first_used,
            last_used: self.last_used,
        }
    }
}
