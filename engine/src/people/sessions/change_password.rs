use latchkey_model::{access_key::Action, redacted::Password};
use latchkey_store::{StorageError, members, one_time_links, organizations, sessions};
use thiserror::Error;

use super::new_session::NewSession;
use crate::{
    concurrency::Overloaded,
    crypto::hashing::{PasswordMatch, Presenter, WeakPassword, check_strength},
    people::{People, caller::Caller},
    rate_limit::TooManyAttempts,
};

/// Why a password was not changed.
#[derive(Debug, Error)]
pub enum ChangePasswordError {
    /// The current password is wrong.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// The new password.
    #[error(transparent)]
    Password(#[from] WeakPassword),
    /// Too many wrong ones.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too many passwords are being checked.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl People {
    /// Changes the caller's password, ends all sessions, and begins a new one for this browser.
    ///
    /// # Errors
    /// [`ChangePasswordError`]; nothing is changed then.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
    ) -> Result<NewSession, ChangePasswordError> {
        self.throttle.password_change_by(&caller.member_id)?;
        let (member, organization) = {
            let mut reader = self.parts.store.reader().await?;
            let member = members::find(&mut reader, &caller.organization_id, &caller.member_id).await?;
            (member, organizations::name(&mut reader, &caller.organization_id).await?)
        };
        let hash = member.map(|member| member.password_hash).unwrap_or_default();
        if self.passwords.verify(current, &hash, Presenter::Known).await? == PasswordMatch::No {
            return Err(ChangePasswordError::WrongCurrent);
        }
        check_strength(new, &[caller.email.as_str(), &caller.email.display_form(), &organization])?;
        let new_hash = self.passwords.hash(new, Presenter::Known).await?;
        let mut change = self.parts.store.begin().await?;
        if !members::replace_password_hash(&mut change, &caller.member_id, &hash, &new_hash).await? {
            return Err(ChangePasswordError::WrongCurrent);
        }
        sessions::delete_of_member(&mut change, &caller.member_id).await?;
        one_time_links::delete_recoveries(&mut change, &caller.member_id).await?;
        let session = self.begin_session(&mut change, &caller.member_id).await?;
        let record = caller.audit_record(caller.member_id.as_str(), Action::PasswordChanged, self.parts.clock.now());
        self.parts.audit.record(&mut change, &record).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }
}
