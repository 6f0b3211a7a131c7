use latchkey_model::{
    access_key::Action,
    id::MemberId,
    member::{Member, Role},
};
use thiserror::Error;

use super::{Taken, lock_as_administrator, take_for_demotion};
use crate::{
    Administrator, Engine, NotAllowed, StorageError,
    audit::Entry,
    storage::{members, one_time_links},
};

/// Why the role stays.
#[derive(Debug, Error)]
pub enum SetMemberRoleError {
    /// There is no such member, or none that the caller may see.
    #[error("there is no such member")]
    Unknown,
    /// Nobody could administer the organization then.
    #[error("the last administrator must stay one")]
    LastAdministrator,
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Gives a member a role, from its next request on.
    ///
    /// # Errors
    /// [`SetMemberRoleError`]; nothing is changed then.
    pub async fn set_member_role(
        &self,
        administrator: &Administrator<'_>,
        id: &MemberId,
        role: Role,
    ) -> Result<Member, SetMemberRoleError> {
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let member = match take_for_demotion(&mut change, &administrator.organization_id, id).await? {
            Taken::Member(member) => member,
            Taken::Nobody => return Err(SetMemberRoleError::Unknown),
            Taken::LastAdministrator if role == Role::Administrator => {
                let member = members::find(&mut change, &administrator.organization_id, id).await?;
                return member.map(Member::from).ok_or(SetMemberRoleError::Unknown);
            }
            Taken::LastAdministrator => return Err(SetMemberRoleError::LastAdministrator),
        };
        if member.role != role {
            members::set_role(&mut change, id, role).await?;
            if role == Role::Member {
                one_time_links::delete_made_by(&mut change, id).await?;
            }
            let entry = Entry::by(administrator, id.as_str(), Action::RoleChanged, self.now());
            self.record(&mut change, &Entry { detail: Some(role.as_str()), ..entry }).await?;
            change.commit().await.map_err(StorageError::from)?;
        }
        Ok(Member { role, ..member.into() })
    }
}
