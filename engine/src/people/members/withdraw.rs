use latchkey_model::{access_key::Action, email::Email};
use latchkey_store::{StorageError, one_time_links};
use thiserror::Error;

use crate::people::{
    People,
    caller::{Administrator, NotAllowed},
    check::check_and_lock,
};

/// Why an invitation was not withdrawn.
#[derive(Debug, Error)]
pub enum WithdrawInvitationError {
    /// There is no such invitation, or it is to another organization.
    #[error("there is no such invitation")]
    Unknown,
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl People {
    /// Withdraws a pending invitation, which ends its link.
    ///
    /// # Errors
    /// [`WithdrawInvitationError`]; nothing is changed then.
    pub async fn withdraw_invitation(
        &self,
        administrator: &Administrator<'_>,
        email: &str,
    ) -> Result<(), WithdrawInvitationError> {
        let email = Email::parse(email).map_err(|_| WithdrawInvitationError::Unknown)?;
        let mut change = self.parts.store.begin().await?;
        check_and_lock::<WithdrawInvitationError>(&mut change, administrator).await?;
        let organization = &administrator.organization_id;
        if !one_time_links::withdraw_invitation(&mut change, organization, &email, self.parts.clock.now()).await? {
            return Err(WithdrawInvitationError::Unknown);
        }
        let record = administrator.audit_record(email.as_str(), Action::InvitationWithdrawn, self.parts.clock.now());
        self.parts.audit.record(&mut change, &record).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
