use latchkey_model::{access_key::Action, id::MemberId};
use thiserror::Error;

use super::{Taken, lock_as_administrator, take_for_demotion};
use crate::{
    Administrator, Engine, NotAllowed, StorageError,
    audit::Entry,
    storage::{members, one_time_links},
};

/// Why the member stays.
#[derive(Debug, Error)]
pub enum RemoveMemberError {
    /// There is no such member, or none that the caller may see.
    #[error("there is no such member")]
    Unknown,
    /// Nobody could administer the organization then.
    #[error("the last administrator must stay")]
    LastAdministrator,
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Removes a member and ends its sessions and the links that it made. The keys that it made stay.
    ///
    /// # Errors
    /// [`RemoveMemberError`]; nothing is changed then.
    pub async fn remove_member(
        &self,
        administrator: &Administrator<'_>,
        id: &MemberId,
    ) -> Result<(), RemoveMemberError> {
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let member = match take_for_demotion(&mut change, &administrator.organization_id, id).await? {
            Taken::Member(member) => member,
            Taken::Nobody => return Err(RemoveMemberError::Unknown),
            Taken::LastAdministrator => return Err(RemoveMemberError::LastAdministrator),
        };
        one_time_links::delete_invitations(&mut change, &administrator.organization_id, &member.email).await?;
        members::delete(&mut change, id).await?;
        let entry = Entry::by(administrator, id.as_str(), Action::Removed, self.now());
        self.record(&mut change, &Entry { detail: Some(member.email.as_str()), ..entry }).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
