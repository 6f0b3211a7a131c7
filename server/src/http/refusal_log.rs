//! Logs refused calls: which call, why, by whom and from where.

use std::net::IpAddr;

use latchkey_app::ssr::{KnownCaller, RequestContext};
use latchkey_engine::refusal_log::{Refusal, RefusalLog, RefusalReason, RefusedCall, RefusedKey};
use latchkey_model::{email::Email, problem::ProblemKind, redacted::Secret};

/// Logs the refusal of a server function. An invalid but permitted request is not a refusal.
pub(crate) fn log_function(
    refusal_log: &RefusalLog,
    logged_as: LoggedAs,
    problem: ProblemKind,
    from: IpAddr,
    context: &RequestContext,
    bearer: Option<&Secret>,
) {
    let Some((call, reason)) = classify(logged_as, problem) else { return };
    let (account, key) = match (context.known_caller(), bearer) {
        (Some(KnownCaller::Account(email)), _) => (Some(email), RefusedKey::Unknown),
        (Some(KnownCaller::Key(id)), _) => (None, RefusedKey::Named(id)),
        // A credential that is not accepted still names its key.
        (None, Some(bearer)) => (None, RefusedKey::Presented(bearer.expose())),
        (None, None) => (None, RefusedKey::Unknown),
    };
    refusal_log.log(&Refusal { call, reason, from, account: account.map(Email::as_str), key });
}

/// How the refusals of a server function are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoggedAs {
    /// As refusals of this call.
    Call(RefusedCall),
    /// As refusals of a management call, except `not-signed-in`.
    SignedInCall,
    /// Not here: the engine logs them, with more than the response says.
    LoggedByEngine,
}

/// Returns the refusal that a problem is; `None` if the problem is not a refusal, or is logged elsewhere.
pub(super) fn classify(logged_as: LoggedAs, problem: ProblemKind) -> Option<(RefusedCall, RefusalReason)> {
    let call = match logged_as {
        LoggedAs::LoggedByEngine => return None,
        LoggedAs::SignedInCall if problem == ProblemKind::NotSignedIn => return None,
        LoggedAs::SignedInCall => RefusedCall::Management,
        LoggedAs::Call(call) => call,
    };
    let reason = match problem {
        ProblemKind::NotSignedIn => RefusalReason::NotSignedIn,
        ProblemKind::WrongCredentials => RefusalReason::WrongPassword,
        ProblemKind::InvalidCredential => RefusalReason::InvalidCredential,
        ProblemKind::NotAllowed => RefusalReason::NotAllowed,
        ProblemKind::InsufficientScope => RefusalReason::InsufficientScope,
        ProblemKind::CrossSite => RefusalReason::CrossSite,
        ProblemKind::LinkEnded => RefusalReason::LinkEnded,
        ProblemKind::TooManyAttempts => RefusalReason::TooManyAttempts,
        _ => return None,
    };
    Some((call, reason))
}

/// Logs a request of another site, which does not reach its route.
pub(crate) fn log_cross_site(refusal_log: &RefusalLog, from: IpAddr) {
    let (call, reason) = (RefusedCall::Management, RefusalReason::CrossSite);
    refusal_log.log(&Refusal { call, reason, from, account: None, key: RefusedKey::Unknown });
}

/// Logs a credential that was presented for verification and not accepted.
pub(crate) fn log_verification(refusal_log: &RefusalLog, presented: &str, from: IpAddr) {
    let (call, reason) = (RefusedCall::Verification, RefusalReason::InvalidCredential);
    refusal_log.log(&Refusal { call, reason, from, account: None, key: RefusedKey::Presented(presented) });
}
