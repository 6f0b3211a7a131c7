//! Limits on guessing passwords and links.
//!
//! A stranger who guesses cannot lock out an account's owner: attempts with a browser that the owner has signed in with, and from
//! networks that the owner has signed in from, have separate limits. All other attempts on the account share one.

use std::{net::IpAddr, time::Duration};

use aws_lc_rs::hmac;
use latchkey_model::{email::Email, id::MemberId, network::Network};
use latchkey_store::TokenDigest;

use crate::{
    random::Random,
    rate_limit::{RateLimiter, TooManyAttempts},
};

/// What an account knows of the origin of an attempt.
pub(super) enum Familiarity {
    /// A browser that the account's owner has signed in with.
    KnownDevice(TokenDigest),
    /// A network that the account's owner has signed in from.
    KnownNetwork,
    /// Neither.
    Unknown,
}

/// A digest of a text that the presenter chooses, so that its size is not the presenter's choice.
type Digest = [u8; 16];

/// The limits.
pub(super) struct Throttle {
    process_key: hmac::Key,
    by_network: RateLimiter<Network>,
    by_site: RateLimiter<Network>,
    by_account_from_elsewhere: RateLimiter<Digest>,
    by_account_and_network: RateLimiter<(Digest, Network)>,
    by_account_and_device: RateLimiter<(Digest, Digest)>,
    device_lookups: RateLimiter<Digest>,
    password_changes: RateLimiter<MemberId>,
}

impl Throttle {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self {
            process_key: hmac::Key::new(hmac::HMAC_SHA256, &*random.bits_256()),
            by_network: RateLimiter::new(40, Duration::from_secs(3)),
            by_site: RateLimiter::new(200, Duration::from_secs(1)),
            // The same numbers, so that a limit does not show whether an account exists.
            by_account_from_elsewhere: RateLimiter::new(20, Duration::from_secs(30)),
            by_account_and_network: RateLimiter::new(20, Duration::from_secs(30)),
            by_account_and_device: RateLimiter::new(20, Duration::from_secs(30)),
            device_lookups: RateLimiter::new(60, Duration::from_secs(1)),
            password_changes: RateLimiter::new(10, Duration::from_mins(1)),
        }
    }

    /// Counts an attempt from an address, whatever it is for.
    pub(super) fn attempt_from(&self, address: IpAddr) -> Result<(), TooManyAttempts> {
        self.by_network.check(&Network::new(address))?;
        Network::site(address).map_or(Ok(()), |site| self.by_site.check(&site))
    }

    /// Counts an attempt to sign in to an account, whether or not it exists.
    pub(super) fn attempt_on(
        &self,
        account: &Email,
        address: IpAddr,
        familiarity: &Familiarity,
    ) -> Result<(), TooManyAttempts> {
        let account = self.digest(account.as_str());
        match familiarity {
            Familiarity::KnownDevice(device) => {
                self.by_account_and_device.check(&(account, self.digest(device.as_str())))
            }
            Familiarity::KnownNetwork => self.by_account_and_network.check(&(account, Network::new(address))),
            Familiarity::Unknown => self.by_account_from_elsewhere.check(&account),
        }
    }

    /// Returns the digest of a text, keyed with random bytes of the process so that no one can search for two accounts that
    /// share a digest.
    fn digest(&self, text: &str) -> Digest {
        let mut digest = Digest::default();
        digest.copy_from_slice(&hmac::sign(&self.process_key, text.as_bytes()).as_ref()[..size_of::<Digest>()]);
        digest
    }

    /// Counts a query whether an account knows a device, which happens before any other limit.
    pub(super) fn device_lookup(&self, device: &TokenDigest) -> Result<(), TooManyAttempts> {
        self.device_lookups.check(&self.digest(device.as_str()))
    }

    /// Counts a guess at the current password by the holder of a session, from any address.
    pub(super) fn password_change_by(&self, member: &MemberId) -> Result<(), TooManyAttempts> {
        self.password_changes.check(member)
    }

    /// Removes what has not been tried for a while, so that memory stays bounded.
    pub(super) fn purge(&self) {
        self.by_network.purge();
        self.by_site.purge();
        self.by_account_from_elsewhere.purge();
        self.by_account_and_network.purge();
        self.by_account_and_device.purge();
        self.device_lookups.purge();
        self.password_changes.purge();
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::redacted::DeviceToken;

    use super::*;
    use crate::{crypto::token_digest, random::OsRandom};

    fn throttle() -> Throttle {
        Throttle::new(&OsRandom)
    }

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn attempts_until_refused(mut attempt: impl FnMut() -> Result<(), TooManyAttempts>) -> usize {
        (0..1000).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn strangers_do_not_use_up_the_attempts_of_the_owner() {
        let throttle = throttle();
        let owner = email("ana@example.com");
        let address = |last| IpAddr::from([203, 0, 113, last]);
        let mut last = 0;
        let strangers = attempts_until_refused(|| {
            last += 1;
            throttle.attempt_on(&owner, address(last), &Familiarity::Unknown)
        });
        assert_eq!(strangers, 20, "many addresses share one limit");
        assert!(throttle.attempt_on(&owner, address(200), &Familiarity::KnownNetwork).is_ok());
        let device = token_digest(DeviceToken::from("a browser of the owner's".to_owned()).expose());
        assert!(throttle.attempt_on(&owner, address(201), &Familiarity::KnownDevice(device)).is_ok());
        assert!(throttle.attempt_on(&email("ben@example.com"), address(1), &Familiarity::Unknown).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_customer_are_one_network() {
        let throttle = throttle();
        let mut interface = 0_u16;
        let attempts = attempts_until_refused(|| {
            interface += 1;
            throttle.attempt_from(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, interface]))
        });
        assert_eq!(attempts, 40);
        assert!(throttle.attempt_from(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1])).is_ok());
    }

    #[test]
    fn the_networks_of_one_ipv6_site_share_a_limit() {
        let throttle = throttle();
        let mut subnet = 0_u16;
        let attempts = attempts_until_refused(|| {
            subnet += 1;
            throttle.attempt_from(IpAddr::from([0x2001, 0xdb8, 1, subnet, 0, 0, 0, 1]))
        });
        assert!((200..250).contains(&attempts), "{attempts}");
        assert!(throttle.attempt_from(IpAddr::from([0x2001, 0xdb8, 2, 1, 0, 0, 0, 1])).is_ok());
    }
}
