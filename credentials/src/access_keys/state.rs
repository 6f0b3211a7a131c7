use latchkey_model::timestamp::Timestamp;

/// Where a key stands in its life. Expiry is no state: it comes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
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

/// The state does not allow the transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forbidden;

impl State {
    /// To active; a deleted key has to be restored first.
    pub(crate) fn activate(self) -> Result<Self, Forbidden> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Active),
            Self::Deleted { .. } => Err(Forbidden),
        }
    }

    /// To inactive; a deleted key is refused already.
    pub(crate) fn deactivate(self) -> Result<Self, Forbidden> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Inactive),
            Self::Deleted { .. } => Err(Forbidden),
        }
    }

    /// To deleted; deleting twice does not move the date.
    pub(crate) fn delete(self, at: Timestamp) -> Result<Self, Forbidden> {
        match self {
            Self::Inactive | Self::Active => Ok(Self::Deleted { at }),
            Self::Deleted { .. } => Err(Forbidden),
        }
    }

    /// Back to inactive, whatever it was before.
    pub(crate) fn restore(self) -> Result<Self, Forbidden> {
        match self {
            Self::Deleted { .. } => Ok(Self::Inactive),
            Self::Inactive | Self::Active => Err(Forbidden),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELETED: State = State::Deleted { at: Timestamp(7) };

    #[test]
    fn a_deleted_key_can_only_be_restored_and_is_inactive_then() {
        assert_eq!(DELETED.activate(), Err(Forbidden));
        assert_eq!(DELETED.deactivate(), Err(Forbidden));
        assert_eq!(DELETED.delete(Timestamp(8)), Err(Forbidden));
        assert_eq!(DELETED.restore(), Ok(State::Inactive));
    }

    #[test]
    fn a_living_key_goes_back_and_forth() {
        assert_eq!(State::Inactive.activate(), Ok(State::Active));
        assert_eq!(State::Active.deactivate(), Ok(State::Inactive));
        assert_eq!(State::Active.delete(Timestamp(7)), Ok(DELETED));
        assert_eq!(State::Active.restore(), Err(Forbidden));
    }
}
