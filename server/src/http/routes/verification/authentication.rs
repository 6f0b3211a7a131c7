//! Verifies the credential of a request, for `/api/v1/ping` and `/verify`.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use latchkey_engine::verification::{Audience, Verified, VerifyError};
use latchkey_model::problem::{Problem, ProblemKind};

use crate::http::{
    authorization_header::{Authorization, BasicCredentials},
    challenges::{
        INVALID_TOKEN, add_basic_challenge, add_bearer_challenge, may_offer_basic, own_metadata_url,
        resource_metadata_url,
    },
    client_address::ClientAddress,
    problem_response::ProblemResponse,
    refusal_log,
    state::ServerState,
};

/// The resource that a credential is presented to.
#[derive(Clone, Copy)]
pub(super) enum Resource<'a> {
    /// The resource of Latchkey's own API: the first audience.
    Own,
    /// A resource that the request names (RFC 8707).
    Named(&'a Audience),
    /// A resource that is not an audience. No credential is accepted.
    Unknown,
}

impl Resource<'_> {
    /// Returns the URL of the resource's metadata.
    pub(super) fn metadata(self, issuer: &str) -> String {
        match self {
            Self::Own | Self::Unknown => own_metadata_url(issuer),
            Self::Named(audience) => resource_metadata_url(issuer, audience),
        }
    }
}

/// Verifies the credential in a request's headers for a resource.
pub(super) async fn authenticate(
    state: &ServerState,
    headers: &HeaderMap,
    ClientAddress(address): ClientAddress,
    resource: Resource<'_>,
) -> Result<Verified, Response> {
    let presented = Authorization::from_headers(headers);
    let verified = match (&presented, resource) {
        (_, Resource::Unknown) => Err(VerifyError::Refused),
        // An API key has no audience: it is valid for each.
        (Authorization::Basic(Some(BasicCredentials { user, password })), _) if password.is_empty() => {
            state.engine.verification.verify_api_key(user, address).await
        }
        (Authorization::Bearer(token), Resource::Own) => state.engine.verification.verify_bearer(token, address).await,
        (Authorization::Bearer(token), Resource::Named(audience)) => {
            state.engine.verification.verify_bearer_for(token, audience, address).await
        }
        (
            Authorization::Basic(_) | Authorization::Absent | Authorization::UnknownScheme | Authorization::Duplicate,
            _,
        ) => Err(VerifyError::Refused),
    };
    if matches!(verified, Err(VerifyError::Refused))
        && matches!(presented, Authorization::Basic(_) | Authorization::Bearer(_))
    {
        let text = match &presented {
            Authorization::Basic(Some(BasicCredentials { user, .. })) => user.as_str(),
            Authorization::Bearer(token) => token.as_str(),
            _ => "",
        };
        refusal_log::log_verification(&state.engine.refusal_log, text, address);
        state.refusal_limiter.delay().await;
    }
    verified.map_err(|error| {
        let problem = to_response(error.into());
        refusal_response(&presented, problem, headers, &resource.metadata(state.engine.issuer()))
    })
}

/// A failure of Latchkey itself is not a verdict on the credential, and a gateway must be able to tell.
fn to_response(problem: Problem) -> ProblemResponse {
    match problem.kind {
        ProblemKind::Internal => ProblemResponse::unavailable(),
        _ => problem.into(),
    }
}

/// Returns the refusal. For each scheme it is the same in every byte, whatever is wrong with the credential. A request
/// without a credential learns which schemes are accepted, without an error code (RFC 6750 §3.1).
fn refusal_response(
    presented: &Authorization,
    problem: ProblemResponse,
    headers: &HeaderMap,
    metadata: &str,
) -> Response {
    let mut response = problem.into_response();
    if response.status() == StatusCode::UNAUTHORIZED {
        let error = if matches!(presented, Authorization::Bearer(_)) { INVALID_TOKEN } else { "" };
        add_bearer_challenge(&mut response, metadata, error);
        if may_offer_basic(presented, headers) {
            add_basic_challenge(&mut response);
        }
    }
    response
}
