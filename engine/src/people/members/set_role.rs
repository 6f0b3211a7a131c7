use latchkey_model::{
    access_key::Action,
    id::MemberId,
    member::{Member, Role},
};
use latchkey_store::{StorageError, audit_records::NewAuditRecord, members, one_time_links};
use thiserror::Error;

use super::demotion::{DemotionCandidate, find_for_demotion};
use crate::people::{
    People,
    caller::{Administrator, NotAllowed},
    check::check_and_lock,
};

/// Why a role was not changed.
#[derive(Debug, Error)]
pub enum SetMemberRoleError {
    /// There is no such member, or the caller may not see it.
    #[error("there is no such member")]
    Unknown,
    /// No administrator would be left.
    #[error("the last administrator must stay one")]
    LastAdministrator,
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl People {
    /// Sets the role of a member, from its next request on.
    ///
    /// # Errors
    /// [`SetMemberRoleError`]; nothing is changed then.
    pub async fn set_role(
        &self,
        administrator: &Administrator<'_>,
        id: &MemberId,
        role: Role,
    ) -> Result<Member, SetMemberRoleError> {
        let mut change = self.parts.store.begin().await?;
        check_and_lock::<SetMemberRoleError>(&mut change, administrator).await?;
        let member = match find_for_demotion(&mut change, &administrator.organization_id, id).await? {
            DemotionCandidate::Member(member) => member,
            DemotionCandidate::Unknown => return Err(SetMemberRoleError::Unknown),
            DemotionCandidate::LastAdministrator(member) if role == Role::Administrator => return Ok(member.into()),
            DemotionCandidate::LastAdministrator(_) => return Err(SetMemberRoleError::LastAdministrator),
        };
        if member.role != role {
            members::set_role(&mut change, id, role).await?;
            if role == Role::Member {
                one_time_links::delete_made_by(&mut change, id).await?;
            }
            let record = administrator.audit_record(id.as_str(), Action::RoleChanged, self.parts.clock.now());
            self.parts.audit.record(&mut change, &NewAuditRecord { detail: Some(role.as_str()), ..record }).await?;
            change.commit().await.map_err(StorageError::from)?;
        }
        Ok(Member { role, ..member.into() })
    }
}
