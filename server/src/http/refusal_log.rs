//! What the log has about calls that were refused: which, why, by whom and from where.

use std::{
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use latchkey_app::ssr::{KnownCaller, RequestContext};
use latchkey_credentials::{
    Engine,
    refusal_log::{Refusal, RefusalReason, RefusedCall, RefusedKey},
};
use latchkey_model::{email::Email, id::AccessKeyId, problem::ProblemKind, redacted::Secret};

use super::{client_address::ClientAddress, state::ServerState};

/// Logs a server function's refusal. What is wrong with a request that could be carried out is not one.
pub(crate) fn log_function(
    engine: &Engine,
    path: &str,
    problem: ProblemKind,
    from: IpAddr,
    context: &RequestContext,
    bearer: Option<&Secret>,
) {
    let Some((call, reason)) = classify(path, problem) else { return };
    let (account, key) = match (context.known_caller(), bearer) {
        (Some(KnownCaller::Account(email)), _) => (Some(email), RefusedKey::Unknown),
        (Some(KnownCaller::Key(id)), _) => (None, RefusedKey::Named(id)),
        // A credential that is not accepted has still said whose it is.
        (None, Some(bearer)) => (None, RefusedKey::Presented(bearer.expose())),
        (None, None) => (None, RefusedKey::Unknown),
    };
    engine.log_refusal(&Refusal { call, reason, from, account: account.map(Email::as_str), key });
}

/// The refusal that a problem is, if it is one that is not logged elsewhere.
fn classify(path: &str, problem: ProblemKind) -> Option<(RefusedCall, RefusalReason)> {
    let call = match path {
        // The engine logs it, with more than the answer tells.
        "/api/sign-in" => return None,
        // The sign-in page asks it too, without a session.
        "/api/session" if problem == ProblemKind::NotSignedIn => return None,
        "/api/set-up" => RefusedCall::SetUp,
        "/api/reset-password" => RefusedCall::ResetPassword,
        "/api/members/accept" | "/api/members/invitation" => RefusedCall::Invitation,
        _ => RefusedCall::Management,
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

/// Logs what does not reach its route.
pub(crate) fn log_cross_site(engine: &Engine, from: IpAddr) {
    let (call, reason) = (RefusedCall::Management, RefusalReason::CrossSite);
    engine.log_refusal(&Refusal { call, reason, from, account: None, key: RefusedKey::Unknown });
}

/// Logs a credential that a gateway or a machine has shown and that was not accepted.
pub(crate) fn log_verification(engine: &Engine, presented: &str, from: IpAddr) {
    let (call, reason) = (RefusedCall::Verification, RefusalReason::InvalidCredential);
    engine.log_refusal(&Refusal { call, reason, from, account: None, key: RefusedKey::Presented(presented) });
}

/// What a request to an OAuth endpoint says of its client.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimedClient(Arc<Claim>);

#[derive(Debug, Default)]
struct Claim {
    id: OnceLock<AccessKeyId>,
    has_assertion: AtomicBool,
}

impl ClaimedClient {
    /// Notes who the client says it is. A text that is not an ID may be a secret in the wrong place: it is left out.
    pub(crate) fn set_id(&self, id: &str) {
        if let Ok(id) = id.parse() {
            let _ = self.0.id.set(id);
        }
    }

    /// Notes that it comes with an assertion. The engine says more about one that it refuses.
    pub(crate) fn set_has_assertion(&self) {
        self.0.has_assertion.store(true, Ordering::Relaxed);
    }
}

/// Logs what the OAuth endpoints refuse with 401 or 403.
pub(crate) async fn log_oauth(State(state): State<ServerState>, mut request: Request, next: Next) -> Response {
    let call = match request.uri().path() {
        "/oauth/token" => RefusedCall::Token,
        "/oauth/introspect" => RefusedCall::Introspection,
        _ => RefusedCall::Revocation,
    };
    let from = request.extensions().get::<ClientAddress>().map(|ClientAddress(address)| *address);
    let client = ClaimedClient::default();
    request.extensions_mut().insert(client.clone());
    let response = next.run(request).await;
    let reason = match response.status() {
        StatusCode::UNAUTHORIZED if client.0.has_assertion.load(Ordering::Relaxed) => return response,
        StatusCode::UNAUTHORIZED => RefusalReason::InvalidCredential,
        StatusCode::FORBIDDEN => RefusalReason::InsufficientScope,
        _ => return response,
    };
    if let Some(from) = from {
        let key = client.0.id.get().map_or(RefusedKey::Unknown, RefusedKey::Named);
        state.engine.log_refusal(&Refusal { call, reason, from, account: None, key });
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_refusal_is_told_apart_and_other_problems_are_not_refusals() {
        for (path, problem, refusal) in [
            ("/api/session", ProblemKind::NotSignedIn, None),
            ("/api/sign-in", ProblemKind::WrongCredentials, None),
            ("/api/access-keys/create", ProblemKind::InvalidField, None),
            ("/api/access-keys/create", ProblemKind::Unavailable, None),
            ("/api/access-keys/create", ProblemKind::LimitReached, None),
            ("/api/access-keys/create", ProblemKind::NotSignedIn, Some("management not_signed_in")),
            ("/api/access-keys/delete", ProblemKind::NotAllowed, Some("management not_allowed")),
            ("/api/access-keys/list", ProblemKind::InvalidCredential, Some("management invalid_credential")),
            ("/api/access-keys/list", ProblemKind::InsufficientScope, Some("management insufficient_scope")),
            ("/api/set-up", ProblemKind::LinkEnded, Some("set-up link_ended")),
            ("/api/reset-password", ProblemKind::TooManyAttempts, Some("reset-password too_many_attempts")),
            ("/api/members/invitation", ProblemKind::LinkEnded, Some("invitation link_ended")),
            ("/api/members/accept", ProblemKind::LinkEnded, Some("invitation link_ended")),
        ] {
            let told = classify(path, problem).map(|(call, reason)| format!("{} {}", call.as_str(), reason.as_str()));
            assert_eq!(told.as_deref(), refusal, "{path}");
        }
    }
}
