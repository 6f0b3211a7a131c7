use latchkey_model::member::{Member, MemberList, Role};

use crate::{
    Caller, Engine, StorageError,
    storage::{members, one_time_links},
};

impl Engine {
    /// The members of the caller's organization; administrators see the invitations that still wait as well.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn list_members(&self, caller: &Caller) -> Result<MemberList, StorageError> {
        let mut reader = self.reader().await?;
        let organization = &caller.organization_id;
        let members = members::list(&mut reader, organization).await?.into_iter().map(Member::from).collect();
        let invitations = match caller.role {
            Role::Administrator => one_time_links::pending_invitations(&mut reader, organization, self.now()).await?,
            Role::Member => Vec::new(),
        };
        Ok(MemberList { members, invitations })
    }
}
