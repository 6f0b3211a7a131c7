use std::net::IpAddr;

use latchkey_model::{
    access_key::Action,
    email::Email,
    id::MemberId,
    member::OneTimeLink,
    redacted::{LinkToken, Password},
};
use latchkey_store::{
    StorageError,
    audit_records::NewAuditRecord,
    member_devices,
    members::{self, MemberRow},
    one_time_links::{self, LinkPurpose},
    organizations, sessions,
};
use thiserror::Error;

use super::new_session::{NewSession, record_by_member};
use crate::{
    audit::LATCHKEY,
    concurrency::Overloaded,
    crypto::hashing::{Presenter, WeakPassword, check_strength},
    people::{
        People,
        caller::{Administrator, NotAllowed},
        check::check_and_lock,
    },
    rate_limit::TooManyAttempts,
};

/// Why no recovery link was created.
#[derive(Debug, Error)]
pub enum RecoveryLinkError {
    /// There is no such member, or the caller may not see it.
    #[error("there is no such member")]
    Unknown,
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a password was not reset.
#[derive(Debug, Error)]
pub enum ResetPasswordError {
    /// The link was used, has expired, or never existed.
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

impl People {
    /// Creates an administrator's link by which a member chooses a new password. Earlier ones end.
    ///
    /// # Errors
    /// [`RecoveryLinkError`].
    pub async fn make_recovery_link(
        &self,
        administrator: &Administrator<'_>,
        id: &MemberId,
    ) -> Result<OneTimeLink, RecoveryLinkError> {
        let mut change = self.parts.store.begin().await?;
        check_and_lock::<RecoveryLinkError>(&mut change, administrator).await?;
        let member = members::find(&mut change, &administrator.organization_id, id).await?;
        let member = member.ok_or(RecoveryLinkError::Unknown)?;
        one_time_links::delete_recoveries(&mut change, &member.id).await?;
        let purpose = LinkPurpose::Recovery { member: member.id.clone() };
        let link = self.make_link(&mut change, &purpose, Some(&administrator.member_id)).await?;
        let record = administrator.audit_record(member.id.as_str(), Action::RecoveryLinkMade, self.parts.clock.now());
        self.parts.audit.record(&mut change, &record).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }

    /// Creates the operator's link, from the command line.
    ///
    /// # Errors
    /// [`RecoveryLinkError`].
    pub async fn make_operator_recovery_link(&self, email: &str) -> Result<OneTimeLink, RecoveryLinkError> {
        let email = Email::parse(email).map_err(|_| RecoveryLinkError::Unknown)?;
        let mut change = self.parts.store.begin().await?;
        let member = members::by_email(&mut change, &email).await?.ok_or(RecoveryLinkError::Unknown)?;
        one_time_links::delete_recoveries(&mut change, &member.id).await?;
        let link = self.make_link(&mut change, &LinkPurpose::Recovery { member: member.id.clone() }, None).await?;
        let record = record_by_member(&member, Action::RecoveryLinkMade, self.parts.clock.now(), LATCHKEY.to_owned());
        self.parts.audit.record(&mut change, &NewAuditRecord { by: LATCHKEY, ..record }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(link)
    }

    /// Sets a new password by a recovery link, ends all sessions of the member, removes its devices, and signs in.
    ///
    /// # Errors
    /// [`ResetPasswordError`]; the link stays usable unless the password was set.
    pub async fn reset_password(
        &self,
        token: &LinkToken,
        new: &Password,
        address: IpAddr,
    ) -> Result<NewSession, ResetPasswordError> {
        self.throttle.attempt_from(address)?;
        let digest = self.link_digest(token).ok_or(ResetPasswordError::LinkEnded)?;
        let found =
            one_time_links::find(&mut *self.parts.store.reader().await?, &digest, self.parts.clock.now()).await?;
        let Some(LinkPurpose::Recovery { member }) = found else { return Err(ResetPasswordError::LinkEnded) };
        let (member, organization) = self.with_organization(&member).await?.ok_or(ResetPasswordError::LinkEnded)?;
        check_strength(new, &[member.email.as_str(), &member.email.display_form(), &organization])?;
        let hash = self.passwords.hash(new, Presenter::Known).await?;
        let mut change = self.parts.store.begin().await?;
        let used = one_time_links::consume(&mut change, &digest, self.parts.clock.now()).await?;
        let Some(LinkPurpose::Recovery { member: id }) = used else { return Err(ResetPasswordError::LinkEnded) };
        let member = members::by_id(&mut change, &id).await?.ok_or(ResetPasswordError::LinkEnded)?;
        members::set_password_hash(&mut change, &id, &hash).await?;
        sessions::delete_of_member(&mut change, &id).await?;
        one_time_links::delete_recoveries(&mut change, &id).await?;
        member_devices::delete_of_member(&mut change, &id).await?;
        let session = self.begin_session_from(&mut change, &id, None, address).await?;
        let record = record_by_member(&member, Action::PasswordReset, self.parts.clock.now(), address.to_string());
        self.parts.audit.record(&mut change, &record).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }

    /// Returns a member and the name of its organization.
    async fn with_organization(&self, id: &MemberId) -> Result<Option<(MemberRow, String)>, StorageError> {
        let mut reader = self.parts.store.reader().await?;
        let Some(member) = members::by_id(&mut reader, id).await? else { return Ok(None) };
        let organization = organizations::name(&mut reader, &member.organization_id).await?;
        Ok(Some((member, organization)))
    }
}
