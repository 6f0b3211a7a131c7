use std::net::IpAddr;

use latchkey_model::{
    access_key::Action,
    email::Email,
    redacted::{DeviceToken, Password},
};
use thiserror::Error;

use super::NewSession;
use crate::{
    Engine, Overloaded, StorageError, TooManyAttempts,
    audit::Entry,
    storage::members::{self, MemberRow},
};

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub enum SignInError {
    /// The address is unknown or the password another; which, is not told.
    #[error("e-mail address or password is wrong")]
    WrongCredentials,
    /// Too many attempts, from this address or on this account.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too many passwords are being checked.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Signs a member in. An unknown address is answered as a wrong password is, and takes as long. `device` is what the
    /// browser was given when somebody signed in with it before, if anybody did.
    ///
    /// # Errors
    /// [`SignInError`]: wrong credentials, too many attempts, or the database.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &Password,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<NewSession, SignInError> {
        self.throttle().attempt_from(address)?;
        let Ok(email) = Email::parse(email) else {
            self.passwords().verify_nothing(password.expose()).await?;
            return Err(SignInError::WrongCredentials);
        };
        let member = self.member_who_signs_in(&email, device, address).await?;
        let Some(member) = member else {
            self.passwords().verify_nothing(password.expose()).await?;
            return Err(SignInError::WrongCredentials);
        };
        if !self.passwords().verify(password.expose(), &member.password_hash).await? {
            return Err(SignInError::WrongCredentials);
        }
        self.welcome(member, password, device, address).await
    }

    /// Finds the account and counts the attempt on it.
    async fn member_who_signs_in(
        &self,
        email: &Email,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<Option<MemberRow>, SignInError> {
        let mut reader = self.reader().await?;
        let member = members::by_email(&mut reader, email).await?;
        let familiarity = self.familiarity(&mut reader, email, device, address).await?;
        self.throttle().attempt_on(email, address, &familiarity)?;
        Ok(member)
    }

    async fn welcome(
        &self,
        member: MemberRow,
        password: &Password,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<NewSession, SignInError> {
        let hash = if self.passwords().is_outdated(&member.password_hash) {
            self.passwords().hash(password.expose()).await?
        } else {
            member.password_hash.clone()
        };
        let now = self.now();
        let mut change = self.begin().await?;
        // Verifying took a while: a password that was reset meanwhile must not let its old holder in.
        if !members::replace_password_hash(&mut change, &member.id, &member.password_hash, &hash).await? {
            return Err(SignInError::WrongCredentials);
        }
        let session = self.begin_session_from(&mut change, &member.id, device, address).await?;
        let entry = Entry::by_themselves(&member, Action::SignedIn, now, address.to_string());
        self.record(&mut change, &entry).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }
}
