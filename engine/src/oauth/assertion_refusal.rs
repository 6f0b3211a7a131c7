use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use latchkey_model::{access_key::KeyStatus, id::AccessKeyId, timestamp::Timestamp};
use thiserror::Error;

use crate::crypto::signed_jwt::BadSignature;

/// Why an assertion was refused. It is only logged, and never sent to the client. It contains no text of the assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Reason {
    #[error("it is not a JWT in the compact form")]
    NotJwt,
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("`{0}` has the wrong type")]
    Malformed(&'static str),
    #[error("`client_id` in the request is not the `sub` of the assertion")]
    OtherClient,
    #[error("no client has the ID in `sub`")]
    UnknownClient,
    #[error("the client has a secret, and no public key")]
    NoKeyPair,
    #[error(transparent)]
    Signature(BadSignature),
    #[error("`iss` is not the client's ID, as `sub` is")]
    OtherIssuer,
    #[error("`aud` is the token endpoint: it must be the issuer")]
    TokenEndpoint,
    #[error("`aud` is not the issuer")]
    OtherAudience,
    #[error("`aud` names more than the issuer")]
    SeveralAudiences,
    #[error("`iat` is {seconds} s ahead of this server's clock, which may be {leeway} s at most")]
    IssuedAhead { seconds: i64, leeway: i64 },
    #[error("`nbf` is {seconds} s ahead of this server's clock, which may be {leeway} s at most")]
    NotYet { seconds: i64, leeway: i64 },
    #[error("`exp` is {seconds} s after `iat`: LATCHKEY_ASSERTION_LIFETIME allows {longest} s")]
    Lifetime { seconds: i64, longest: i64 },
    #[error("`exp` was {seconds} s ago by this server's clock, which may be less than {leeway} s")]
    Expired { seconds: i64, leeway: i64 },
    #[error("`jti` is empty, longer than {longest} bytes, or has control characters")]
    BadIdentifier { longest: usize },
    #[error("`jti` was used before")]
    Used,
    #[error("`iat` is before the client was last activated")]
    BeforeActivation,
    #[error("`iat` is before the database was last restored from a backup")]
    BeforeRestore,
    #[error("the client is {}", status_word(*.0))]
    NotActive(KeyStatus),
    #[error("too many `jti` of this client are remembered: it should keep its access token until that ends")]
    TooMany,
}

fn status_word(status: KeyStatus) -> &'static str {
    match status {
        KeyStatus::Active => "active",
        KeyStatus::Inactive => "inactive",
        KeyStatus::Expired => "expired",
        KeyStatus::Deleted => "deleted",
    }
}

impl Reason {
    /// Returns one word for the reason: the claim or the member of the header, if it is about one.
    pub(super) fn claim(self) -> &'static str {
        match self {
            Self::NotJwt => "jwt",
            Self::Missing(claim) | Self::Malformed(claim) => claim,
            Self::OtherClient => "client_id",
            Self::UnknownClient | Self::NoKeyPair | Self::NotActive(_) => "sub",
            Self::Signature(BadSignature::Critical) => "crit",
            Self::Signature(BadSignature::Algorithm) => "alg",
            Self::Signature(BadSignature::WeakKey) => "key",
            Self::Signature(BadSignature::Signature) => "signature",
            Self::OtherIssuer => "iss",
            Self::TokenEndpoint | Self::OtherAudience | Self::SeveralAudiences => "aud",
            Self::IssuedAhead { .. } | Self::BeforeActivation | Self::BeforeRestore => "iat",
            Self::NotYet { .. } => "nbf",
            Self::Lifetime { .. } | Self::Expired { .. } => "exp",
            Self::BadIdentifier { .. } | Self::Used | Self::TooMany => "jti",
        }
    }
}

/// A refused assertion.
pub(super) struct Refusal {
    /// The client in the assertion, if there is one.
    pub(super) client: Option<AccessKeyId>,
    /// Whether that client signed it.
    pub(super) is_signed: bool,
    pub(super) reason: Reason,
}

/// How many refusals of each kind are logged per second.
const LOGGED_IN_A_SECOND: u32 = 10;

/// Logs refused assertions. Unsigned ones have a separate limit: a flood of them does not hide assertions
/// that a client has signed.
#[derive(Default)]
pub(super) struct AssertionRefusalLog {
    signed: Mutex<Budget>,
    unsigned: Mutex<Budget>,
}

#[derive(Default)]
struct Budget {
    second: i64,
    logged: u32,
    omitted: u64,
}

impl Budget {
    /// Takes one line. Returns how many lines were omitted before it, or `None` if this one is omitted.
    fn take(&mut self, now: Timestamp) -> Option<u64> {
        if self.second != now.seconds() {
            (self.second, self.logged) = (now.seconds(), 0);
        }
        if self.logged == LOGGED_IN_A_SECOND {
            self.omitted += 1;
            return None;
        }
        self.logged += 1;
        Some(std::mem::take(&mut self.omitted))
    }
}

impl AssertionRefusalLog {
    pub(super) fn log(&self, refusal: &Refusal, address: IpAddr, now: Timestamp) {
        let budget = if refusal.is_signed { &self.signed } else { &self.unsigned };
        let Some(omitted) = budget.lock().unwrap_or_else(PoisonError::into_inner).take(now) else { return };
        let client = refusal.client.as_ref().map_or("", AccessKeyId::as_str);
        let Refusal { is_signed, reason, .. } = refusal;
        tracing::warn!(
            client_id = client,
            from = %address,
            claim = reason.claim(),
            reason = %reason,
            signed = is_signed,
            omitted,
            "a client assertion was refused"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_lines_a_second_are_written_and_the_rest_is_counted() {
        let mut budget = Budget::default();
        let mut lines = |now: i64, attempts: u32| (0..attempts).filter_map(|_| budget.take(Timestamp(now))).collect();
        let first: Vec<u64> = lines(1_000, 15);
        assert_eq!(first, [0; 10]);
        let next: Vec<u64> = lines(2_000, 2);
        assert_eq!(next, [5, 0], "the next line has the number of omitted lines");
    }
}
