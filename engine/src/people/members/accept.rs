use std::net::IpAddr;

use latchkey_model::{
    email::Email,
    id::OrganizationId,
    member::{Invitation, Role},
    redacted::{LinkToken, Password},
};
use latchkey_store::{
    StorageError,
    members::{self, MemberRow},
    one_time_links::{self, LinkPurpose},
    organizations,
};
use thiserror::Error;

use crate::{
    concurrency::Overloaded,
    crypto::hashing::{Presenter, WeakPassword, check_strength},
    limits::{LimitReached, Limited},
    people::{People, sessions::NewSession},
    rate_limit::TooManyAttempts,
};

/// Why an invitation cannot be shown.
#[derive(Debug, Error)]
pub enum InvitationError {
    /// The link was used, has expired, or never existed.
    #[error("the link has ended")]
    LinkEnded,
    /// Too many attempts from this address.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why an invitation was not accepted.
#[derive(Debug, Error)]
pub enum AcceptInvitationError {
    /// The link was used, has expired, or never existed.
    #[error("the link has ended")]
    LinkEnded,
    /// The address already has an account, here or in another organization.
    #[error("this e-mail address has an account already")]
    AlreadyMember,
    /// The organization has as many members as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The password.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// Too many attempts from this address.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too many passwords are being hashed.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What an invitation gives.
struct Offer {
    organization: OrganizationId,
    email: Email,
    role: Role,
}

fn offer(purpose: Option<LinkPurpose>) -> Option<Offer> {
    match purpose {
        Some(LinkPurpose::Invitation { organization, email, role }) => Some(Offer { organization, email, role }),
        _ => None,
    }
}

impl People {
    /// Returns what an invitation offers to the holder of its link.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub async fn invitation(&self, token: &LinkToken, address: IpAddr) -> Result<Invitation, InvitationError> {
        self.throttle.attempt_from(address)?;
        let digest = self.link_digest(token).ok_or(InvitationError::LinkEnded)?;
        let mut reader = self.parts.store.reader().await?;
        let found = one_time_links::find(&mut reader, &digest, self.parts.clock.now()).await?;
        let Offer { organization, email, role } = offer(found).ok_or(InvitationError::LinkEnded)?;
        let organization = organizations::name(&mut reader, &organization).await?;
        Ok(Invitation { organization, email: email.display_form(), role })
    }

    /// Joins the organization of an invitation, with a password, and signs in.
    ///
    /// # Errors
    /// [`AcceptInvitationError`]; the link stays usable unless the person joined.
    pub async fn accept_invitation(
        &self,
        token: &LinkToken,
        password: &Password,
        address: IpAddr,
    ) -> Result<NewSession, AcceptInvitationError> {
        self.throttle.attempt_from(address)?;
        let digest = self.link_digest(token).ok_or(AcceptInvitationError::LinkEnded)?;
        let (email, organization) = {
            let mut reader = self.parts.store.reader().await?;
            let found = one_time_links::find(&mut reader, &digest, self.parts.clock.now()).await?;
            let Offer { organization, email, .. } = offer(found).ok_or(AcceptInvitationError::LinkEnded)?;
            (email, organizations::name(&mut reader, &organization).await?)
        };
        check_strength(password, &[email.as_str(), &email.display_form(), &organization])?;
        let password_hash = self.passwords.hash(password, Presenter::Known).await?;
        let mut change = self.parts.store.begin().await?;
        let used = one_time_links::consume(&mut change, &digest, self.parts.clock.now()).await?;
        let Offer { organization, email, role } = offer(used).ok_or(AcceptInvitationError::LinkEnded)?;
        let members = members::count(&mut change, &organization).await?;
        Limited::Members.check_one_more(members, self.parts.limits.members)?;
        let member = MemberRow {
            id: self.new_id("mem")?,
            organization_id: organization,
            email,
            role,
            password_hash,
            joined_at: self.parts.clock.now(),
        };
        let from = address.to_string();
        self.add_member(&mut change, &member, &from).await?.ok_or(AcceptInvitationError::AlreadyMember)?;
        let session = self.begin_session_from(&mut change, &member.id, None, address).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }
}
