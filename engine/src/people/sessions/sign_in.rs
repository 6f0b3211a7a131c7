use std::net::IpAddr;

use latchkey_model::{
    access_key::Action,
    email::Email,
    redacted::{DeviceToken, Password},
};
use latchkey_store::{
    StorageError,
    members::{self, MemberRow},
};
use thiserror::Error;

use super::new_session::{NewSession, record_by_member};
use crate::{
    concurrency::Overloaded,
    crypto::hashing::{PasswordMatch, Presenter},
    people::{People, throttle::Familiarity},
    rate_limit::TooManyAttempts,
    refusal_log::{Refusal, RefusalReason, RefusedCall, RefusedKey},
};

/// Why signing in failed.
#[derive(Debug, Error)]
pub enum SignInError {
    /// The address is unknown or the password is wrong. Callers do not learn which.
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

impl People {
    /// Signs a member in. An unknown address gets the same answer as a wrong password, after the same time. `device` is the token
    /// that the browser got when someone signed in with it before.
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
        let Ok(email) = Email::parse(email) else {
            self.throttle.attempt_from(address).inspect_err(|_| self.log_too_many_sign_ins(None, address))?;
            self.passwords.verify_placeholder(password).await?;
            return Err(self.wrong_credentials(RefusalReason::UnknownAccount, None, address));
        };
        let (member, presenter) = self.member_who_signs_in(&email, device, address).await?;
        let Some(member) = member else {
            self.passwords.verify_placeholder(password).await?;
            return Err(self.wrong_credentials(RefusalReason::UnknownAccount, Some(&email), address));
        };
        let matched = self.passwords.verify(password, &member.password_hash, presenter).await?;
        if matched == PasswordMatch::No {
            return Err(self.wrong_credentials(RefusalReason::WrongPassword, Some(&email), address));
        }
        let hash = if matched == PasswordMatch::OfAnotherForm || self.passwords.is_outdated(&member.password_hash) {
            self.passwords.hash(password, presenter).await?
        } else {
            member.password_hash.clone()
        };
        self.begin_signed_in_session(member, &hash, device, address).await
    }

    /// Finds the account and counts the attempt: for a browser that the account knows, only against that browser, so that no one
    /// else can use up its attempts; for all others, also against their address.
    async fn member_who_signs_in(
        &self,
        email: &Email,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<(Option<MemberRow>, Presenter), SignInError> {
        let too_many = |_: &TooManyAttempts| self.log_too_many_sign_ins(Some(email), address);
        let device = self.genuine(device);
        if device.is_none() {
            // Before a connection to the database is taken.
            self.throttle.attempt_from(address).inspect_err(too_many)?;
        }
        let mut reader = self.parts.store.reader().await?;
        if let Some(device) = device {
            if let Some(known) = self.known_device(&mut reader, email, device).await? {
                let familiarity = Familiarity::KnownDevice(known);
                self.throttle.attempt_on(email, address, &familiarity).inspect_err(too_many)?;
                return Ok((members::by_email(&mut reader, email).await?, Presenter::Known));
            }
            self.throttle.attempt_from(address).inspect_err(too_many)?;
        }
        let familiarity = self.familiarity_of_network(&mut reader, email, address).await?;
        self.throttle.attempt_on(email, address, &familiarity).inspect_err(too_many)?;
        Ok((members::by_email(&mut reader, email).await?, Presenter::Stranger))
    }

    /// Returns the same error for an unknown account and a wrong password. The log distinguishes them.
    fn wrong_credentials(&self, reason: RefusalReason, account: Option<&Email>, from: IpAddr) -> SignInError {
        self.log_refused_sign_in(reason, account, from);
        SignInError::WrongCredentials
    }

    fn log_too_many_sign_ins(&self, account: Option<&Email>, from: IpAddr) {
        self.log_refused_sign_in(RefusalReason::TooManyAttempts, account, from);
    }

    /// Omits an address without a dot in its domain: someone may have typed a password into the wrong field.
    fn log_refused_sign_in(&self, reason: RefusalReason, account: Option<&Email>, from: IpAddr) {
        let account = account.map(Email::as_str);
        let account = account.filter(|email| email.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.')));
        self.parts.refusal_log.log(&Refusal {
            call: RefusedCall::SignIn,
            reason,
            from,
            account,
            key: RefusedKey::Unknown,
        });
    }

    async fn begin_signed_in_session(
        &self,
        member: MemberRow,
        hash: &str,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<NewSession, SignInError> {
        let now = self.parts.clock.now();
        let mut change = self.parts.store.begin().await?;
        // Verifying took a while: if the password was reset in that time, the old one must not be accepted.
        if !members::replace_password_hash(&mut change, &member.id, &member.password_hash, hash).await? {
            return Err(self.wrong_credentials(RefusalReason::WrongPassword, Some(&member.email), address));
        }
        let session = self.begin_session_from(&mut change, &member.id, device, address).await?;
        let record = record_by_member(&member, Action::SignedIn, now, address.to_string());
        self.parts.audit.record(&mut change, &record).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }
}
