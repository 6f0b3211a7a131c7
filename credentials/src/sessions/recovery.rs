use std::net::IpAddr;

use latchkey_model::{
    access_key::Action,
    email::Email,
    id::MemberId,
    member::OneTimeLink,
    redacted::{LinkToken, Password},
};
use thiserror::Error;

use super::NewSession;
use crate::{
    Administrator, Engine, NotAllowed, Overloaded, StorageError, TooManyAttempts, WeakPassword,
    audit::{Entry, LATCHKEY},
    hashing::{Presenter, check_strength},
    members::lock_as_administrator,
    one_time_link::Purpose,
    storage::{
        member_devices,
        members::{self, MemberRow},
        one_time_links, organizations, sessions,
    },
};

/// Why no recovery link was made.
#[derive(Debug, Error)]
pub enum RecoveryLinkError {
    /// There is no such member, or none that the caller may see.
    #[error("there is no such member")]
    Unknown,
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why the password stays.
#[derive(Debug, Error)]
pub enum ResetPasswordError {
    /// The link was used, has expired or never was.
    #[error("the link has ended")]
    LinkEnded,
    /// The new password.
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

impl Engine {
    /// An administrator's link by which a member chooses a new password; earlier ones stop working.
    ///
    /// # Errors
    /// [`RecoveryLinkError`].
    pub async fn make_recovery_link(
        &self,
        administrator: &Administrator<'_>,
        id: &MemberId,
    ) -> Result<OneTimeLink, RecoveryLinkError> {
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let member = members::find(&mut change, &administrator.organization_id, id).await?;
        let member = member.ok_or(RecoveryLinkError::Unknown)?;
        one_time_links::delete_recoveries(&mut change, &member.id).await?;
        let purpose = Purpose::Recovery { member: member.id.clone() };
        let link = self.make_link(&mut change, &purpose, Some(&administrator.member_id)).await?;
        let entry = Entry::by(administrator, member.id.as_str(), Action::RecoveryLinkMade, self.now());
        self.record(&mut change, &entry).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }

    /// The operator's link, from the command line.
    ///
    /// # Errors
    /// [`RecoveryLinkError`].
    pub async fn recovery_link_for(&self, email: &str) -> Result<OneTimeLink, RecoveryLinkError> {
        let email = Email::parse(email).map_err(|_| RecoveryLinkError::Unknown)?;
        let mut change = self.begin().await?;
        let member = members::by_email(&mut change, &email).await?.ok_or(RecoveryLinkError::Unknown)?;
        one_time_links::delete_recoveries(&mut change, &member.id).await?;
        let link = self.make_link(&mut change, &Purpose::Recovery { member: member.id.clone() }, None).await?;
        let entry = Entry::by_themselves(&member, Action::RecoveryLinkMade, self.now(), LATCHKEY.to_owned());
        self.record(&mut change, &Entry { by: LATCHKEY, ..entry }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }

    /// Sets a new password by a recovery link, ends all sessions of the member, forgets its devices, and signs in.
    ///
    /// # Errors
    /// [`ResetPasswordError`]; the link stays usable unless the password was set.
    pub async fn reset_password(
        &self,
        token: &LinkToken,
        new: &Password,
        address: IpAddr,
    ) -> Result<NewSession, ResetPasswordError> {
        self.throttle().attempt_from(address)?;
        let digest = self.link_digest(token).ok_or(ResetPasswordError::LinkEnded)?;
        let found = one_time_links::find(&mut *self.reader().await?, &digest, self.now()).await?;
        let Some(Purpose::Recovery { member }) = found else { return Err(ResetPasswordError::LinkEnded) };
        let (member, organization) = self.with_organization(&member).await?.ok_or(ResetPasswordError::LinkEnded)?;
        check_strength(new, &[member.email.as_str(), &member.email.display_form(), &organization])?;
        let hash = self.passwords().hash(new, Presenter::Known).await?;
        let mut change = self.begin().await?;
        let used = one_time_links::take(&mut change, &digest, self.now()).await?;
        let Some(Purpose::Recovery { member: id }) = used else { return Err(ResetPasswordError::LinkEnded) };
        let member = members::by_id(&mut change, &id).await?.ok_or(ResetPasswordError::LinkEnded)?;
        members::set_password_hash(&mut change, &id, &hash).await?;
        sessions::delete_of_member(&mut change, &id).await?;
        one_time_links::delete_recoveries(&mut change, &id).await?;
        member_devices::delete_of_member(&mut change, &id).await?;
        let session = self.begin_session_from(&mut change, &id, None, address).await?;
        let entry = Entry::by_themselves(&member, Action::PasswordReset, self.now(), address.to_string());
        self.record(&mut change, &entry).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }
    /// A member, and the name of its organization.
    async fn with_organization(&self, id: &MemberId) -> Result<Option<(MemberRow, String)>, StorageError> {
        let mut reader = self.reader().await?;
        let Some(member) = members::by_id(&mut reader, id).await? else { return Ok(None) };
        let organization = organizations::name(&mut reader, &member.organization_id).await?;
        Ok(Some((member, organization)))
    }
}
