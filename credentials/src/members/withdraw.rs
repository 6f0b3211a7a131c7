use latchkey_model::{access_key::Action, email::Email};
use thiserror::Error;

use super::lock_as_administrator;
use crate::{Administrator, Engine, NotAllowed, StorageError, audit::Entry, storage::one_time_links};

/// Why no invitation was withdrawn.
#[derive(Debug, Error)]
pub enum WithdrawInvitationError {
    /// Nobody with this address is invited, or by another organization.
    #[error("there is no such invitation")]
    Unknown,
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Withdraws an invitation that waits: its link ends.
    ///
    /// # Errors
    /// [`WithdrawInvitationError`]; nothing is changed then.
    pub async fn withdraw_invitation(
        &self,
        administrator: &Administrator<'_>,
        email: &str,
    ) -> Result<(), WithdrawInvitationError> {
        let email = Email::parse(email).map_err(|_| WithdrawInvitationError::Unknown)?;
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let organization = &administrator.organization_id;
        if !one_time_links::withdraw_invitation(&mut change, organization, &email, self.now()).await? {
            return Err(WithdrawInvitationError::Unknown);
        }
        let entry = Entry::by(administrator, email.as_str(), Action::InvitationWithdrawn, self.now());
        self.record(&mut change, &entry).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
