use latchkey_model::{
    access_key::Action,
    email::{Email, InvalidEmail},
    member::{OneTimeLink, Role},
};
use latchkey_store::{
    StorageError,
    audit_records::NewAuditRecord,
    members,
    one_time_links::{self, LinkPurpose},
};
use thiserror::Error;

use crate::{
    limits::{LimitReached, Limited},
    people::{
        People,
        caller::{Administrator, NotAllowed},
        check::check_and_lock,
    },
};

/// Why an invitation was not created.
#[derive(Debug, Error)]
pub enum InviteError {
    /// The e-mail address.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// The person is already a member.
    #[error("this person is a member already")]
    AlreadyMember,
    /// The organization has as many pending invitations as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl People {
    /// Invites a person. The caller passes the link on. A second invitation replaces the first.
    ///
    /// # Errors
    /// [`InviteError`]. An address that has an account in another organization is refused when the invitation is accepted
    /// ([`AcceptInvitationError::AlreadyMember`](super::AcceptInvitationError::AlreadyMember)), and not here. The caller can find that
    /// out by the link, at the price of an invitation, which is recorded.
    pub async fn invite(
        &self,
        administrator: &Administrator<'_>,
        email: &str,
        role: Role,
    ) -> Result<OneTimeLink, InviteError> {
        let email = Email::parse(email)?;
        let organization = &administrator.organization_id;
        let mut change = self.parts.store.begin().await?;
        check_and_lock::<InviteError>(&mut change, administrator).await?;
        let member = members::by_email(&mut change, &email).await?;
        if member.is_some_and(|member| member.organization_id == *organization) {
            return Err(InviteError::AlreadyMember);
        }
        one_time_links::delete_invitations(&mut change, organization, &email).await?;
        let open = one_time_links::count_invitations(&mut change, organization, self.parts.clock.now()).await?;
        Limited::Links.check_one_more(open, self.parts.limits.links)?;
        let purpose = LinkPurpose::Invitation { organization: organization.clone(), email: email.clone(), role };
        let link = self.make_link(&mut change, &purpose, Some(&administrator.member_id)).await?;
        let record = administrator.audit_record(email.as_str(), Action::Invited, self.parts.clock.now());
        self.parts.audit.record(&mut change, &NewAuditRecord { detail: Some(role.as_str()), ..record }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }
}
