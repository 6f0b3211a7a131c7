//! The verdict on what a request presents, for `/api/v1/ping` and `/verify`; and how a refusal is told, wherever there is one.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::{Verified, VerifyError};
use latchkey_model::{
    problem::{Problem, ProblemKind},
    scope::{BuiltInScope, Scopes},
};

use crate::{
    authorization::{Credential, Presented},
    middleware::ClientAddress,
    problem_answer::ProblemAnswer,
    state::ServerState,
};

const BASIC: HeaderValue = HeaderValue::from_static(r#"Basic realm="Latchkey", charset="UTF-8""#);

/// What a refused bearer credential adds to the challenge.
pub(super) const INVALID_TOKEN: &str = r#", error="invalid_token", error_description="The credential is not accepted""#;

/// The credential in a request's headers, if it is good.
pub(super) async fn verified(
    state: &ServerState,
    headers: &HeaderMap,
    ClientAddress(address): ClientAddress,
) -> Result<Verified, Response> {
    let presented = Presented::in_headers(headers);
    let verified = match &presented {
        Presented::Basic(Some(Credential { user, password })) if password.is_empty() => {
            state.engine.verify_api_key(user, address).await
        }
        Presented::Bearer(token) => state.engine.verify_bearer(token, address).await,
        Presented::Basic(_) | Presented::Nothing => Err(VerifyError::Refused),
    };
    if matches!(verified, Err(VerifyError::Refused)) && !matches!(presented, Presented::Nothing) {
        state.refusals.pace().await;
    }
    verified.map_err(|error| refusal(&presented, verdict(error.into_problem()), state.engine.issuer()))
}

/// What is wrong with Latchkey itself is no verdict on a credential, and a gateway has to hear that there is none.
fn verdict(problem: Problem) -> ProblemAnswer {
    match problem.kind {
        ProblemKind::Internal => ProblemAnswer::unavailable(),
        _ => problem.into(),
    }
}

/// The same bytes for one scheme, whatever is wrong with the credential. Whoever presents none learns what is taken,
/// without an error code (RFC 6750 §3.1).
fn refusal(presented: &Presented, problem: ProblemAnswer, issuer: &str) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let error = match presented {
            Presented::Bearer(_) => INVALID_TOKEN,
            Presented::Basic(_) | Presented::Nothing => "",
        };
        challenge_basic(&mut response);
        challenge_bearer(&mut response, issuer, error);
    }
    response
}

/// The challenge of a server function's refusal: a session or a Bearer token would have been taken. Only a token that
/// was looked at and is not good is told so: a client would fetch another, and be refused again.
pub(super) fn challenge_function(response: &mut Response, refused: ProblemKind, issuer: &str) {
    match refused {
        ProblemKind::InsufficientScope => {
            let scope = BuiltInScope::ManageAccessKeys.as_str();
            challenge_bearer(response, issuer, &format!(r#", error="insufficient_scope", scope="{scope}""#));
        }
        ProblemKind::InvalidCredential => challenge_bearer(response, issuer, INVALID_TOKEN),
        _ if response.status() == StatusCode::UNAUTHORIZED => challenge_bearer(response, issuer, ""),
        _ => {}
    }
}

/// A good credential that does not carry what the call needs (RFC 6750 §3.1).
pub(super) fn insufficient_scope(demanded: &Scopes, issuer: &str) -> Response {
    let mut response = ProblemAnswer::from(ProblemKind::InsufficientScope).into_response();
    let error = if demanded.is_empty() {
        r#", error="insufficient_scope""#.to_owned()
    } else {
        format!(r#", error="insufficient_scope", scope="{demanded}""#)
    };
    challenge_bearer(&mut response, issuer, &error);
    response
}

/// Every 401 tells by what one would be let in (RFC 9110 §15.5.2).
pub(super) fn challenge_basic(response: &mut Response) {
    response.headers_mut().append(WWW_AUTHENTICATE, BASIC);
}

/// Leads to the metadata of the resource (RFC 9728 §5.1).
pub(super) fn challenge_bearer(response: &mut Response, issuer: &str, error: &str) {
    let challenge =
        format!(r#"Bearer realm="Latchkey"{error}, resource_metadata="{issuer}/.well-known/oauth-protected-resource""#);
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
    }
}
