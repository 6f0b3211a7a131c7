//! The verdict on a request's credential, for `/api/v1/ping` and `/verify`.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::{Audience, Verified, VerifyError};
use latchkey_model::problem::{Problem, ProblemKind};

use crate::http::{
    authorization_header::{Credential, Presented},
    challenges::{
        INVALID_TOKEN, challenge_basic, challenge_bearer, may_offer_basic, metadata_of, metadata_of_latchkey,
    },
    client_address::ClientAddress,
    problem_response::ProblemAnswer,
    refusal_log,
    state::ServerState,
};

/// The resource that a credential is presented to.
#[derive(Clone, Copy)]
pub(super) enum Resource<'a> {
    /// The one that Latchkey's own API belongs to: the first audience.
    Own,
    /// One that the request names (RFC 8707).
    Named(&'a Audience),
    /// One that no token can be for. Nothing is accepted.
    Unknown,
}

impl Resource<'_> {
    /// Where its metadata is.
    pub(super) fn metadata(self, issuer: &str) -> String {
        match self {
            Self::Own | Self::Unknown => metadata_of_latchkey(issuer),
            Self::Named(audience) => metadata_of(issuer, audience),
        }
    }
}

/// The credential in a request's headers, if it is good for a resource.
pub(super) async fn verified(
    state: &ServerState,
    headers: &HeaderMap,
    ClientAddress(address): ClientAddress,
    resource: Resource<'_>,
) -> Result<Verified, Response> {
    let presented = Presented::in_headers(headers);
    let verified = match (&presented, resource) {
        (_, Resource::Unknown) => Err(VerifyError::Refused),
        // An API key has no audience: it is good for each.
        (Presented::Basic(Some(Credential { user, password })), _) if password.is_empty() => {
            state.engine.verify_api_key(user, address).await
        }
        (Presented::Bearer(token), Resource::Own) => state.engine.verify_bearer(token, address).await,
        (Presented::Bearer(token), Resource::Named(audience)) => {
            state.engine.verify_bearer_for(token, audience, address).await
        }
        (Presented::Basic(_) | Presented::Nothing | Presented::Unknown | Presented::Several, _) => {
            Err(VerifyError::Refused)
        }
    };
    if matches!(verified, Err(VerifyError::Refused)) && matches!(presented, Presented::Basic(_) | Presented::Bearer(_))
    {
        let text = match &presented {
            Presented::Basic(Some(Credential { user, .. })) => user.as_str(),
            Presented::Bearer(token) => token.as_str(),
            _ => "",
        };
        refusal_log::log_verification(&state.engine, text, address);
        state.refusals.pace().await;
    }
    verified.map_err(|error| {
        let problem = verdict(error.into_problem());
        refusal(&presented, problem, headers, &resource.metadata(state.engine.issuer()))
    })
}

/// What is wrong with Latchkey itself is no verdict on a credential, and a gateway has to hear that there is none.
fn verdict(problem: Problem) -> ProblemAnswer {
    match problem.kind {
        ProblemKind::Internal => ProblemAnswer::unavailable(),
        _ => problem.into(),
    }
}

/// The same bytes for one scheme, whatever is wrong with the credential. A request without one learns which schemes are
/// taken, without an error code (RFC 6750 §3.1).
fn refusal(presented: &Presented, problem: ProblemAnswer, headers: &HeaderMap, metadata: &str) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let error = if matches!(presented, Presented::Bearer(_)) { INVALID_TOKEN } else { "" };
        challenge_bearer(&mut response, metadata, error);
        if may_offer_basic(presented, headers) {
            challenge_basic(&mut response);
        }
    }
    response
}
