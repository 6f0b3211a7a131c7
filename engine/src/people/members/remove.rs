use latchkey_model::{access_key::Action, id::MemberId};
use latchkey_store::{StorageError, audit_records::NewAuditRecord, members, one_time_links};
use thiserror::Error;

use super::demotion::{DemotionCandidate, find_for_demotion};
use crate::people::{
    People,
    caller::{Administrator, NotAllowed},
    check::check_and_lock,
};

/// Why a member was not removed.
#[derive(Debug, Error)]
pub enum RemoveMemberError {
    /// There is no such member, or the caller may not see it.
    #[error("there is no such member")]
    Unknown,
    /// No administrator would be left.
    #[error("the last administrator must stay")]
    LastAdministrator,
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl People {
    /// Removes a member, and ends its sessions and the links that it created. The keys that it created are kept.
    ///
    /// # Errors
    /// [`RemoveMemberError`]; nothing is changed then.
    pub async fn remove(&self, administrator: &Administrator<'_>, id: &MemberId) -> Result<(), RemoveMemberError> {
        let mut change = self.parts.store.begin().await?;
        check_and_lock::<RemoveMemberError>(&mut change, administrator).await?;
        let member = match find_for_demotion(&mut change, &administrator.organization_id, id).await? {
            DemotionCandidate::Member(member) => member,
            DemotionCandidate::Unknown => return Err(RemoveMemberError::Unknown),
            DemotionCandidate::LastAdministrator(_) => return Err(RemoveMemberError::LastAdministrator),
        };
        one_time_links::delete_invitations(&mut change, &administrator.organization_id, &member.email).await?;
        members::delete(&mut change, id).await?;
        let record = administrator.audit_record(id.as_str(), Action::Removed, self.parts.clock.now());
        self.parts.audit.record(&mut change, &NewAuditRecord { detail: Some(member.email.as_str()), ..record }).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
