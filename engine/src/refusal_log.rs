//! Logs one line for each refused call, so that guessing leaves a trace.
//!
//! The number of lines is limited, so that a flood of refusals does not fill the disk. Further refusals are counted, and the count
//! is logged. No line contains a secret, or any other presented text that does not have the form of an address or an ID.

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use dashmap::DashMap;
use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use serde::Deserialize;

use crate::{crypto::secret::ParsedSecret, time::Clock};

/// The refused call.
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
    /// Another server function, called by a person or a key manager.
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
    /// Returns the call as it is logged.
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

    /// Returns the maximum number of lines per minute for each reason. A machine with an old credential never stops calling.
    const fn max_lines(self) -> u32 {
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
    /// The one-time link was used, has expired or never existed.
    LinkEnded,
    /// The request has no session, or its session has ended.
    NotSignedIn,
    /// The credential is not accepted.
    InvalidCredential,
    /// The caller is authenticated, and not allowed to make the call.
    NotAllowed,
    /// The credential lacks a scope.
    InsufficientScope,
    /// The request comes from another site.
    CrossSite,
}

impl RefusalReason {
    /// Returns the reason as it is logged.
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

/// The key of a refused call.
#[derive(Clone, Copy)]
pub enum RefusedKey<'a> {
    /// The call has no key, or its key is not known.
    Unknown,
    /// A known key, or the client ID in the request.
    Named(&'a AccessKeyId),
    /// The key to which a presented secret or access token claims to belong: only its form is checked. The text
    /// itself is never logged.
    Presented(&'a str),
}

/// A refusal. It has no `Debug`, because it may contain a presented credential.
#[derive(Clone, Copy)]
pub struct Refusal<'a> {
    /// The refused call.
    pub call: RefusedCall,
    /// The reason.
    pub reason: RefusalReason,
    /// The address of the caller.
    pub from: IpAddr,
    /// The e-mail address of the account, in its canonical form.
    pub account: Option<&'a str>,
    /// The key.
    pub key: RefusedKey<'a>,
}

/// The longest payload that is parsed, in base64. Latchkey's tokens are shorter.
const LONGEST_PAYLOAD: usize = 8 * 1024;

/// The length of a window.
const MINUTE: i64 = 60 * 1000;

/// The lines of one kind since a time.
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

    /// Counts a refusal. Returns how many lines were omitted before it, or `None` if it is omitted itself.
    fn admit(&self, call: RefusedCall, reason: RefusalReason, now: Timestamp) -> Option<u64> {
        let mut window = self.windows.entry((call, reason)).or_insert(Window { began: now, lines: 0, omitted: 0 });
        if has_ended(&window, now) {
            let omitted = window.omitted;
            *window = Window { began: now, lines: 1, omitted: 0 };
            return Some(omitted);
        }
        if window.lines < call.max_lines() {
            window.lines += 1;
            return Some(0);
        }
        window.omitted += 1;
        None
    }

    /// Returns the omitted lines of windows that have ended, each once.
    fn omitted(&self, now: Timestamp) -> Vec<(RefusedCall, RefusalReason, u64)> {
        let mut all = Vec::new();
        for mut entry in self.windows.iter_mut().filter(|entry| entry.omitted > 0 && has_ended(entry, now)) {
            let (call, reason) = *entry.key();
            all.push((call, reason, std::mem::take(&mut entry.omitted)));
        }
        all
    }

    /// Logs a refusal, or counts it if there were too many.
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
        // Texts are logged as values, so that line breaks are escaped.
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

    /// Logs how many refusals were omitted in minutes that have ended.
    pub(crate) fn log_omitted(&self) {
        for (call, reason, omitted) in self.omitted(self.clock.now()) {
            tracing::info!(
                target: "latchkey::refused",
                call = call.as_str(),
                reason = reason.as_str(),
                omitted,
                "further refusals were omitted"
            );
        }
    }
}

/// Returns whether a window has ended. It ends too if the clock was set back.
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
    fn a_flood_gets_a_limited_number_of_lines_and_the_rest_is_counted() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        let admit = |time| log.admit(MACHINE.0, MACHINE.1, Timestamp(time));
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
    fn omitted_lines_are_reported_once_without_further_refusals() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        for _ in 0..15 {
            log.admit(MACHINE.0, MACHINE.1, Timestamp(0));
        }
        assert_eq!(log.omitted(Timestamp(MINUTE)), [(MACHINE.0, MACHINE.1, 5)]);
        assert_eq!(log.omitted(Timestamp(MINUTE)), []);
    }

    #[test]
    fn refusals_of_people_have_a_higher_limit() {
        let log = RefusalLog::new(Arc::new(crate::time::SystemClock));
        let admit = || log.admit(RefusedCall::SignIn, RefusalReason::WrongPassword, Timestamp(0));
        assert_eq!((0..600).filter(|_| admit().is_some()).count(), 600);
        assert_eq!(admit(), None);
    }

    #[test]
    fn only_a_presented_credential_reveals_its_key() {
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
