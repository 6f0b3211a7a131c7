//! People: the members of organizations, their sessions, passwords, devices and one-time links.

mod caller;
mod check;
mod devices;
mod members;
mod one_time_link;
mod sessions;
mod throttle;

use std::sync::Arc;

pub use caller::{Administrator, Caller, NotAllowed};
pub(crate) use check::check_and_lock;
use latchkey_store::Store;
pub use members::{
    AcceptInvitationError, InvitationError, InviteError, RemoveMemberError, SetMemberRoleError, WithdrawInvitationError,
};
pub(crate) use sessions::purge_expired_sessions;
pub use sessions::{ChangePasswordError, NewSession, RecoveryLinkError, ResetPasswordError, SetUpError, SignInError};

use self::throttle::Throttle;
use crate::{
    audit::AuditLog,
    concurrency::Queue,
    crypto::{hashing::PasswordHasher, sealing::SealingKeys, token_tags::TokenTags},
    limits::Limits,
    random::Random,
    refusal_log::RefusalLog,
    time::Clock,
};

/// What [`People`] works with.
pub(crate) struct PeopleParts {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) refusal_log: Arc<RefusalLog>,
    pub(crate) limits: Limits,
    pub(crate) issuer: String,
    /// Whether the operator has set the public URL.
    pub(crate) public_url_is_set: bool,
}

/// Signs people in and out, and manages the members of organizations.
pub struct People {
    parts: PeopleParts,
    passwords: PasswordHasher,
    throttle: Throttle,
    token_tags: TokenTags,
}

impl People {
    pub(crate) fn new(parts: PeopleParts, sealing: &SealingKeys) -> Self {
        Self {
            passwords: PasswordHasher::new(&parts.random),
            throttle: Throttle::new(&*parts.random),
            token_tags: TokenTags::new(sealing),
            parts,
        }
    }

    /// Returns how many password hashes have run since the start. An unknown account takes as many as a known one.
    pub(crate) fn password_hash_count(&self) -> u64 {
        self.passwords.runs()
    }

    /// Returns the queue of password hashes.
    pub(crate) fn password_queue(&self) -> Queue {
        self.passwords.queue()
    }

    /// Refuses all hashes for strangers until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill_password_queue(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.passwords.fill()
    }

    /// Removes throttled keys that are at rest, so that memory stays bounded.
    pub(crate) fn purge_throttle(&self) {
        self.throttle.purge();
    }
}
