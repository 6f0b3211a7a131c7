use latchkey_model::{access_key::KeyStatus, timestamp::Timestamp};

/// The stored state of a key. Expiry is not part of it: that follows from the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Refused until activated.
    Inactive,
    /// Accepted.
    Active,
    /// Refused, and restorable for a while.
    Deleted {
        /// When it was deleted.
        at: Timestamp,
    },
}

/// The transition is not possible from this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForbiddenTransition;

impl KeyState {
    /// Returns the status of a key in this state at a time.
    #[must_use]
    pub fn status(self, expires_at: Option<Timestamp>, now: Timestamp) -> KeyStatus {
        let expired = expires_at.is_some_and(|expiry| expiry <= now);
        match self {
            Self::Deleted { .. } => KeyStatus::Deleted,
            _ if expired => KeyStatus::Expired,
            Self::Active => KeyStatus::Active,
            Self::Inactive => KeyStatus::Inactive,
        }
    }

    /// Activates. A deleted key has to be restored first.
    pub fn activate(self) -> Result<Self, ForbiddenTransition> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Active),
            Self::Deleted { .. } => Err(ForbiddenTransition),
        }
    }

    /// Deactivates. A deleted key is refused already.
    pub fn deactivate(self) -> Result<Self, ForbiddenTransition> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Inactive),
            Self::Deleted { .. } => Err(ForbiddenTransition),
        }
    }

    /// Deletes. Deleting twice does not move the date.
    pub fn delete(self, at: Timestamp) -> Result<Self, ForbiddenTransition> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Deleted { at }),
            Self::Deleted { .. } => Err(ForbiddenTransition),
        }
    }

    /// Restores a deleted key, which is inactive then.
    pub fn restore(self) -> Result<Self, ForbiddenTransition> {
        match self {
            Self::Deleted { .. } => Ok(Self::Inactive),
            Self::Inactive | Self::Active => Err(ForbiddenTransition),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELETED: KeyState = KeyState::Deleted { at: Timestamp(7) };

    #[test]
    fn a_deleted_key_can_only_be_restored_to_inactive() {
        assert_eq!(DELETED.activate(), Err(ForbiddenTransition));
        assert_eq!(DELETED.deactivate(), Err(ForbiddenTransition));
        assert_eq!(DELETED.delete(Timestamp(8)), Err(ForbiddenTransition));
        assert_eq!(DELETED.restore(), Ok(KeyState::Inactive));
    }

    #[test]
    fn a_key_that_is_not_deleted_can_change_between_active_and_inactive() {
        assert_eq!(KeyState::Inactive.activate(), Ok(KeyState::Active));
        assert_eq!(KeyState::Active.deactivate(), Ok(KeyState::Inactive));
        assert_eq!(KeyState::Active.delete(Timestamp(7)), Ok(DELETED));
        assert_eq!(KeyState::Active.restore(), Err(ForbiddenTransition));
    }
}
