//! One line of the log for each refused attempt to get in or to do something, so that guessing leaves a trace.
//!
//! The lines are bounded: a flood of refusals must not fill the disk. What is beyond the bound is counted, and the count
//! is logged. No line holds a secret, or any other presented text that does not have the shape of an address or an ID.

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use dashmap::DashMap;
use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use serde::Deserialize;

use crate::{crypto::secret::ParsedSecret, time::Clock};

/// What was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusedCall {
    /// Signing in.
    SignIn,
    /// Setting up an organization.
    SetUp,
    /// Choosing a new password by a recovery link.
    ResetPassword,
    /// Showing or accepting an invitation.
    Invitation,
    /// Another server function: what a person or a credential manages.
    Management,
    /// `/api/v1/ping` and `/verify`.
    Verification,
    /// `/oauth/token`.
    Token,
    /// `/oauth/introspect`.
    Introspection,
    /// `/oauth/revoke`.
    Revocation,
}

impl RefusedCall {
    /// The call as the log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SetUp => "set-up",
            Self::ResetPassword => "reset-password",
            Self::Invitation => "invitation",
            Self::Management => "management",
            Self::Verification => "verification",
            Self::Token => "token",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
        }
    }

    /// How many lines a minute there are for each reason. A machine with an old credential calls without end.
    const fn most_lines(self) -> u32 {
        match self {
            Self::SignIn | Self::SetUp | Self::ResetPassword | Self::Invitation | Self::Management => 600,
            Self::Verification | Self::Token | Self::Introspection | Self::Revocation => 10,
        }
    }
}

/// Why it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalReason {
    /// No account has the address, or the text is not an address.
    UnknownAccount,
    /// The account has another password.
    WrongPassword,
    /// Too many attempts.
    TooManyAttempts,
    /// The one-time link was used, has expired or never was.
    LinkEnded,
    /// The request has no session, or its session has ended.
    NotSignedIn,
    /// The credential is not accepted.
    InvalidCredential,
    /// The caller is known, and may not do it.
    NotAllowed,
    /// The credential lacks a scope.
    InsufficientScope,
    /// The request comes from another site.
    CrossSite,
}

impl RefusalReason {
    /// The reason as the log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownAccount => "unknown_account",
            Self::WrongPassword => "wrong_password",
            Self::TooManyAttempts => "too_many_attempts",
            Self::LinkEnded => "link_ended",
            Self::NotSignedIn => "not_signed_in",
            Self::InvalidCredential => "invalid_credential",
            Self::NotAllowed => "not_allowed",
            Self::InsufficientScope => "insufficient_scope",
            Self::CrossSite => "cross_site",
        }
    }
}

/// The key that a refusal was by.
#[derive(Clone, Copy)]
pub enum RefusedKey<'a> {
    /// Not by a key, or nothing is known of it.
    Unknown,
    /// A known key, or one that a client has named.
    Named(&'a AccessKeyId),
    /// The key that a presented secret or access token says it belongs to: nothing but its shape is checked. The text
    /// itself is never written.
    Presented(&'a str),
}

/// A refusal. It has no `Debug`: it may hold what was presented.
#[derive(Clone, Copy)]
pub struct Refusal<'a> {
    /// What was refused.
    pub call: RefusedCall,
    /// Why.
    pub reason: RefusalReason,
    /// Where it came from.
    pub from: IpAddr,
    /// The address of the account that it was for or by, in its one form.
    pub account: Option<&'a str>,
    /// The key that it was by.
    pub key: RefusedKey<'a>,
}

/// Longer than the payload of any token of ours, in base64.
const LONGEST_PAYLOAD: usize = 8 * 1024;

/// How long a bound lasts.
const MINUTE: i64 = 60 * 1000;

/// The lines of one kind since a moment.
struct Window {
    began: Timestamp,
    lines: u32,
    omitted: u64,
}

/// Logs refusals, a limited number of lines a minute for each call and reason.
pub struct RefusalLog {
    clock: Arc<dyn Clock>,
    /// There are as many entries as calls and reasons, so this does not grow.
    windows: DashMap<(RefusedCall, RefusalReason), Window>,
}

impl RefusalLog {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, windows: DashMap::new() }
    }

    /// Counts a refusal. If it is to be a line: how many were left out before it.
    fn admit(&self, call: RefusedCall, reason: RefusalReason, now: Timestamp) -> Option<u64> {
        let mut window = self.windows.entry((call, reason)).or_insert(Window { began: now, lines: 0, omitted: 0 });
        if has_ended(&window, now) {
            let omitted = window.omitted;
            *window = Window { began: now, lines: 1, omitted: 0 };
            return Some(omitted);
        }
        if window.lines < call.most_lines() {
            window.lines += 1;
            return Some(0);
        }
        window.omitted += 1;
        None
    }

    /// What was left out of windows that have ended, each reported once.
    fn omitted(&self, now: Timestamp) -> Vec<(RefusedCall, RefusalReason, u64)> {
        let mut all = Vec::new();
        for mut entry in self.windows.iter_mut().filter(|entry| entry.omitted > 0 && has_ended(entry, now)) {
            let (call, reason) = *entry.key();
            all.push((call, reason, std::mem::take(&mut entry.omitted)));
        }
        all
    }

    /// Writes a line about a refusal, or counts it where there were too many.
    pub fn log(&self, refusal: &Refusal<'_>) {
        let Refusal { call, reason, from, account, key } = *refusal;
        let Some(omitted) = self.admit(call, reason, self.clock.now()) else { return };
        let claimed = match key {
            RefusedKey::Presented(text) => claimed_key(text),
            RefusedKey::Unknown | RefusedKey::Named(_) => None,
        };
        let key = match key {
            RefusedKey::Named(id) => Some(id),
            RefusedKey::Unknown | RefusedKey::Presented(_) => claimed.as_ref(),
        };
        // Texts are written as values, which escapes what could end the line or begin another.
        tracing::info!(
            target: "latchkey::refused",
            call = call.as_str(),
            reason = reason.as_str(),
            account,
            key = key.map(AccessKeyId::as_str),
            %from,
            omitted = (omitted > 0).then_some(omitted),
            "refused"
        );
    }

    /// Logs how many refusals were left out in minutes that have ended.
    pub(crate) fn log_omitted(&self) {
        for (call, reason, omitted) in self.omitted(self.clock.now()) {
            tracing::info!(
                target: "latchkey::refused",
                call = call.as_str(),
                reason = reason.as_str(),
                omitted,
                "refused more often than there are lines"
            );
        }
    }
}

/// A clock that was set back begins another window.
fn has_ended(window: &Window, now: Timestamp) -> bool {
    !(0..MINUTE).contains(&(now.0 - window.began.0))
}

fn claimed_key(presented: &str) -> Option<AccessKeyId> {
    #[derive(Deserialize)]
    struct Claims {
        client_id: AccessKeyId,
    }
    if let Some(secret) = ParsedSecret::parse(presented) {
        return Some(secret.id);
    }
    let payload = presented.split('.').nth(1).filter(|payload| payload.len() <= LONGEST_PAYLOAD)?;
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice::<Claims>(&payload).ok().map(|claims| claims.client_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: (RefusedCall, RefusalReason) = (RefusedCall::Verification, RefusalReason::InvalidCredential);

    #[test]
    fn a_flood_has_so_many_lines_a_minute_and_the_rest_is_counted() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        let admit = |moment| log.admit(MACHINE.0, MACHINE.1, Timestamp(moment));
        let lines = (0..1000).filter(|_| admit(0).is_some()).count();
        assert_eq!(lines, 10);
        assert_eq!(log.admit(MACHINE.0, RefusalReason::InsufficientScope, Timestamp(0)), Some(0), "another reason");
        assert_eq!(log.admit(RefusedCall::SignIn, RefusalReason::WrongPassword, Timestamp(0)), Some(0));
        assert_eq!(admit(MINUTE - 1), None);
        assert_eq!(log.omitted(Timestamp(MINUTE - 1)), []);
        assert_eq!(admit(MINUTE), Some(991));
        assert_eq!(admit(MINUTE), Some(0));
        assert_eq!(log.omitted(Timestamp(MINUTE)), [], "reported already");
    }

    #[test]
    fn what_was_omitted_is_reported_once_though_nothing_more_is_refused() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        for _ in 0..15 {
            log.admit(MACHINE.0, MACHINE.1, Timestamp(0));
        }
        assert_eq!(log.omitted(Timestamp(MINUTE)), [(MACHINE.0, MACHINE.1, 5)]);
        assert_eq!(log.omitted(Timestamp(MINUTE)), []);
    }

    #[test]
    fn every_refusal_of_a_person_is_a_line_as_far_as_a_person_can_cause_them() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        let admit = || log.admit(RefusedCall::SignIn, RefusalReason::WrongPassword, Timestamp(0));
        assert_eq!((0..600).filter(|_| admit().is_some()).count(), 600);
        assert_eq!(admit(), None);
    }

    #[test]
    fn a_presented_credential_names_its_key_and_nothing_else_does() {
        let token = |payload: &str| format!("e30.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(payload));
        let named = claimed_key(&token(r#"{"client_id":"oc_7Hq2mV9cXw4T","sub":"x"}"#)).unwrap();
        assert_eq!(named.as_str(), "oc_7Hq2mV9cXw4T");
        for text in
            ["", ".", "a.b", "lk_ak_7Hq2mV9cXw4T_secret", &token("{}"), &token(r#"{"client_id":"a\nb"}"#), "a b.c.d"]
        {
            assert_eq!(claimed_key(text), None, "{text}");
        }
    }
}
