//! Limits on guessing. They are held in memory, per process.
//!
//! A stranger who guesses cannot lock an account's owner out: attempts with a browser that the owner has signed in with,
//! and from networks that the owner has signed in from, have limits of their own, and all others share one.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use aws_lc_rs::hmac;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use latchkey_model::{
    email::Email,
    id::{AccessKeyId, MemberId},
};
use thiserror::Error;

use crate::{Limits, random::Random, sessions::DeviceDigest};

/// Too many attempts of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many attempts")]
pub struct TooManyAttempts {
    /// When the next is allowed.
    pub retry_after: Duration,
}

/// Where an attempt comes from, seen from the account that it is for.
pub(crate) enum Familiarity {
    /// A browser that the account's owner has signed in with.
    KnownDevice(DeviceDigest),
    /// A network that the account's owner has signed in from.
    KnownNetwork,
    /// Neither.
    Unknown,
}

/// An address, or the first of a network of IPv6.
type Network = IpAddr;

/// Stands for a text that the presenter chooses, at a size that the presenter does not choose.
type Digest = [u8; 16];

/// The limits.
pub(crate) struct Throttle {
    process_key: hmac::Key,
    by_network: DefaultKeyedRateLimiter<Network>,
    by_site: DefaultKeyedRateLimiter<Network>,
    by_account_from_elsewhere: DefaultKeyedRateLimiter<Digest>,
    by_account_and_network: DefaultKeyedRateLimiter<(Digest, Network)>,
    by_account_and_device: DefaultKeyedRateLimiter<(Digest, Digest)>,
    device_lookups: DefaultKeyedRateLimiter<Digest>,
    password_changes: DefaultKeyedRateLimiter<MemberId>,
    validations: DefaultKeyedRateLimiter<MemberId>,
    revocations: DefaultKeyedRateLimiter<AccessKeyId>,
}

impl Throttle {
    pub(crate) fn new(limits: &Limits, random: &dyn Random) -> Self {
        Self {
            process_key: hmac::Key::new(hmac::HMAC_SHA256, &*random.bits_256()),
            by_network: limiter(40, Duration::from_secs(3)),
            by_site: limiter(200, Duration::from_secs(1)),
            // As many of the one as of the other, so that the number tells nobody whether an account exists.
            by_account_from_elsewhere: limiter(20, Duration::from_secs(30)),
            by_account_and_network: limiter(20, Duration::from_secs(30)),
            by_account_and_device: limiter(20, Duration::from_secs(30)),
            device_lookups: limiter(60, Duration::from_secs(1)),
            password_changes: limiter(10, Duration::from_mins(1)),
            validations: limiter(30, Duration::from_secs(2)),
            revocations: limiter(limits.revocations, Duration::from_mins(1) / limits.revocations.max(1)),
        }
    }

    /// Counts an attempt from an address, whatever it is for.
    pub(crate) fn attempt_from(&self, address: IpAddr) -> Result<(), TooManyAttempts> {
        check(&self.by_network, &network(address))?;
        site(address).map_or(Ok(()), |site| check(&self.by_site, &site))
    }

    /// Counts an attempt to sign in to an account, whether or not it exists.
    pub(crate) fn attempt_on(
        &self,
        account: &Email,
        address: IpAddr,
        familiarity: &Familiarity,
    ) -> Result<(), TooManyAttempts> {
        let account = self.digest(account.as_str());
        match familiarity {
            Familiarity::KnownDevice(device) => {
                check(&self.by_account_and_device, &(account, self.digest(device.as_str())))
            }
            Familiarity::KnownNetwork => check(&self.by_account_and_network, &(account, network(address))),
            Familiarity::Unknown => check(&self.by_account_from_elsewhere, &account),
        }
    }

    /// Keyed with random bytes of the process: nobody can look for two accounts that share a digest.
    fn digest(&self, text: &str) -> Digest {
        let mut digest = Digest::default();
        digest.copy_from_slice(&hmac::sign(&self.process_key, text.as_bytes()).as_ref()[..size_of::<Digest>()]);
        digest
    }

    /// Counts a question to the database whether an account knows a device. It is asked before anything else is limited.
    pub(crate) fn device_lookup(&self, device: &DeviceDigest) -> Result<(), TooManyAttempts> {
        check(&self.device_lookups, &self.digest(device.as_str()))
    }

    /// Counts a guess at the current password by who holds a session, wherever it comes from.
    pub(crate) fn password_change_by(&self, member: &MemberId) -> Result<(), TooManyAttempts> {
        check(&self.password_changes, member)
    }

    /// Counts an administrator's `validate` call.
    pub(crate) fn validation_by(&self, member: &MemberId) -> Result<(), TooManyAttempts> {
        check(&self.validations, member)
    }

    /// Counts the revocation of a client's own token.
    pub(crate) fn revocation_by(&self, client: &AccessKeyId) -> Result<(), TooManyAttempts> {
        check(&self.revocations, client)
    }

    /// Forgets who has not tried for a while, so that memory stays bounded.
    pub(crate) fn forget_the_quiet(&self) {
        self.by_network.retain_recent();
        self.by_site.retain_recent();
        self.by_account_from_elsewhere.retain_recent();
        self.by_account_and_network.retain_recent();
        self.by_account_and_device.retain_recent();
        self.device_lookups.retain_recent();
        self.password_changes.retain_recent();
        self.validations.retain_recent();
        self.revocations.retain_recent();
    }
}

fn limiter<K: std::hash::Hash + Eq + Clone>(burst: u32, then_one_each: Duration) -> DefaultKeyedRateLimiter<K> {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(then_one_each).unwrap_or(Quota::per_minute(burst));
    RateLimiter::keyed(quota.allow_burst(burst))
}

fn check<K: std::hash::Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), TooManyAttempts> {
    limiter
        .check_key(key)
        .map_err(|not_yet| TooManyAttempts { retry_after: not_yet.wait_time_from(DefaultClock::default().now()) })
}

/// The network that an address counts for: itself, or the /64 that one IPv6 customer has at the least.
pub(crate) fn network(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => first_of(address, 64),
    }
}

/// The /48 that one IPv6 customer may have, with 65,536 networks in it (RFC 6177 §2).
fn site(address: IpAddr) -> Option<Network> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => Some(first_of(address, 48)),
    }
}

fn first_of(address: Ipv6Addr, prefix_length: u32) -> Network {
    IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - prefix_length))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    fn throttle() -> Throttle {
        Throttle::new(&Limits::default(), &OsRandom)
    }

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn attempts_until_refused(mut attempt: impl FnMut() -> Result<(), TooManyAttempts>) -> usize {
        (0..1000).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn strangers_use_up_their_own_attempts_and_not_the_owners() {
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
        let device = DeviceDigest::of(&"a browser of the owner's".to_owned().into());
        assert!(throttle.attempt_on(&owner, address(201), &Familiarity::KnownDevice(device)).is_ok());
        assert!(throttle.attempt_on(&email("ben@example.com"), address(1), &Familiarity::Unknown).is_ok());
    }

    #[test]
    fn one_ipv6_customer_is_one_network() {
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
    fn the_many_networks_of_one_ipv6_site_share_a_limit() {
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
