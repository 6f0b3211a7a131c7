use latchkey_model::{
    access_key::Action,
    email::{Email, InvalidEmail},
    member::{OneTimeLink, Role},
};
use thiserror::Error;

use super::lock_as_administrator;
use crate::{
    Administrator, Engine, LimitReached, Limited, NotAllowed, StorageError,
    audit::Entry,
    one_time_link::Purpose,
    storage::{members, one_time_links},
};

/// Why nobody was invited.
#[derive(Debug, Error)]
pub enum InviteError {
    /// The address is none.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// The address is a member's already.
    #[error("this person is a member already")]
    AlreadyMember,
    /// The organization has as many open invitations as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Invites a person; the link is for who invites to hand on. A second invitation replaces the first.
    ///
    /// # Errors
    /// [`InviteError`]. An address that has an account in another organization is refused when the invitation is
    /// accepted ([`AcceptInvitationError::AlreadyMember`](super::AcceptInvitationError::AlreadyMember)), and not here.
    /// Who invites holds the link and can find that out by it: at the price of an invitation, which is recorded.
    pub async fn invite_member(
        &self,
        administrator: &Administrator<'_>,
        email: &str,
        role: Role,
    ) -> Result<OneTimeLink, InviteError> {
        let email = Email::parse(email)?;
        let organization = &administrator.organization_id;
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let member = members::by_email(&mut change, &email).await?;
        if member.is_some_and(|member| member.organization_id == *organization) {
            return Err(InviteError::AlreadyMember);
        }
        one_time_links::delete_invitations(&mut change, organization, &email).await?;
        let open = one_time_links::count_invitations(&mut change, organization, self.now()).await?;
        Limited::Links.one_more(open, self.settings().limits.links)?;
        let purpose = Purpose::Invitation { organization: organization.clone(), email: email.clone(), role };
        let link = self.make_link(&mut change, &purpose, Some(&administrator.member_id)).await?;
        let entry = Entry::by(administrator, email.as_str(), Action::Invited, self.now());
        self.record(&mut change, &Entry { detail: Some(role.as_str()), ..entry }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }
}
