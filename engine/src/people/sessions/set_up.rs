use std::net::IpAddr;

use latchkey_model::{
    access_key::Action,
    email::{Email, InvalidEmail},
    id::{MemberId, OrganizationId},
    member::{OneTimeLink, Role},
    name::{InvalidName, OrganizationName},
    redacted::Password,
    session::SetUp,
};
use latchkey_store::{
    LockedTable, StorageError,
    audit_records::NewAuditRecord,
    is_duplicate,
    members::{self, MemberRow},
    one_time_links::{self, LinkPurpose},
    organizations,
};
use sqlx::AnyConnection;
use thiserror::Error;

use super::new_session::{NewSession, record_by_member};
use crate::{
    audit::LATCHKEY,
    concurrency::Overloaded,
    crypto::hashing::{Presenter, WeakPassword, check_strength},
    people::People,
    random::new_id,
    rate_limit::TooManyAttempts,
};

/// Why an organization was not set up.
#[derive(Debug, Error)]
pub enum SetUpError {
    /// The link was used, has expired, or never existed.
    #[error("the link has ended")]
    LinkEnded,
    /// The organization's name.
    #[error(transparent)]
    Organization(#[from] InvalidName),
    /// The e-mail address.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// The e-mail address has an account already.
    #[error("this e-mail address is in use")]
    EmailTaken,
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

/// A set-up whose fields were checked.
struct Founder {
    organization: OrganizationName,
    email: Email,
    password_hash: String,
}

impl People {
    /// Creates the organization and signs its administrator in.
    ///
    /// # Errors
    /// [`SetUpError`]; the link stays usable unless the set-up succeeds.
    pub async fn set_up(&self, request: SetUp, address: IpAddr) -> Result<NewSession, SetUpError> {
        self.throttle.attempt_from(address)?;
        let digest = self.link_digest(&request.token).ok_or(SetUpError::LinkEnded)?;
        // Looked up first: without a link, nothing is hashed and nothing about addresses is revealed.
        let purpose =
            one_time_links::find(&mut *self.parts.store.reader().await?, &digest, self.parts.clock.now()).await?;
        if purpose != Some(LinkPurpose::SetUp) {
            return Err(SetUpError::LinkEnded);
        }
        let founder = self.founder(&request.organization, &request.email, &request.password).await?;
        let mut change = self.parts.store.begin().await?;
        if one_time_links::consume(&mut change, &digest, self.parts.clock.now()).await? != Some(LinkPurpose::SetUp) {
            return Err(SetUpError::LinkEnded);
        }
        let member = self.found(&mut change, founder, &address.to_string()).await?;
        let session = self.begin_session_from(&mut change, &member, None, address).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(session)
    }

    /// Creates the first administrator without a link, from the operator's settings. Returns `false` if there is an organization
    /// already.
    ///
    /// # Errors
    /// [`SetUpError`] names the setting that was refused.
    pub async fn create_first_administrator(
        &self,
        organization: &str,
        email: &str,
        password: &Password,
    ) -> Result<bool, SetUpError> {
        if organizations::any_exists(&mut *self.parts.store.reader().await?).await? {
            return Ok(false);
        }
        let founder = self.founder(organization, email, password).await?;
        // Nodes that start at the same time create one.
        let mut change = self.parts.store.begin_locking(LockedTable::Organizations).await?;
        if organizations::any_exists(&mut change).await? {
            return Ok(false);
        }
        self.found(&mut change, founder, LATCHKEY).await?;
        one_time_links::delete_set_ups(&mut change).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(true)
    }

    /// Creates a set-up link if there is no organization yet. Earlier ones end.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn first_set_up_link(&self) -> Result<Option<OneTimeLink>, StorageError> {
        // Looked up first, which needs no right to write.
        if organizations::any_exists(&mut *self.parts.store.reader().await?).await? {
            return Ok(None);
        }
        let mut change = self.parts.store.begin().await?;
        if organizations::any_exists(&mut change).await? {
            return Ok(None);
        }
        one_time_links::delete_set_ups(&mut change).await?;
        let link = self.make_link(&mut change, &LinkPurpose::SetUp, None).await?;
        change.commit().await?;
        Ok(Some(link))
    }

    /// Creates a set-up link for another organization.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn make_set_up_link(&self) -> Result<OneTimeLink, StorageError> {
        let mut change = self.parts.store.begin().await?;
        let link = self.make_link(&mut change, &LinkPurpose::SetUp, None).await?;
        change.commit().await?;
        Ok(link)
    }

    async fn founder(&self, organization: &str, email: &str, password: &Password) -> Result<Founder, SetUpError> {
        let organization = OrganizationName::parse(organization)?;
        let email = Email::parse(email)?;
        check_strength(password, &[organization.as_str(), email.as_str(), &email.display_form()])?;
        let password_hash = self.passwords.hash(password, Presenter::Known).await?;
        Ok(Founder { organization, email, password_hash })
    }

    async fn found(
        &self,
        connection: &mut AnyConnection,
        founder: Founder,
        from: &str,
    ) -> Result<MemberId, SetUpError> {
        let organization_id: OrganizationId = self.new_id("org")?;
        organizations::insert(connection, &organization_id, &founder.organization, self.parts.clock.now()).await?;
        let member = MemberRow {
            id: self.new_id("mem")?,
            organization_id,
            email: founder.email,
            role: Role::Administrator,
            password_hash: founder.password_hash,
            joined_at: self.parts.clock.now(),
        };
        self.add_member(connection, &member, from).await?.ok_or(SetUpError::EmailTaken)?;
        Ok(member.id)
    }

    /// Adds a member with its audit record. Returns `None` if the e-mail address has an account already.
    pub(in crate::people) async fn add_member(
        &self,
        connection: &mut AnyConnection,
        member: &MemberRow,
        from: &str,
    ) -> Result<Option<()>, StorageError> {
        match members::insert(connection, member).await {
            Err(StorageError::Unavailable(error)) if is_duplicate(&error) => return Ok(None),
            other => other?,
        }
        let record = record_by_member(member, Action::Joined, self.parts.clock.now(), from.to_owned());
        let record = NewAuditRecord { detail: Some(member.role.as_str()), ..record };
        self.parts.audit.record(connection, &record).await?;
        Ok(Some(()))
    }

    /// Returns a new identifier with a prefix.
    pub(in crate::people) fn new_id<T: std::str::FromStr>(&self, prefix: &str) -> Result<T, StorageError> {
        new_id(prefix, &*self.parts.random)
    }
}
