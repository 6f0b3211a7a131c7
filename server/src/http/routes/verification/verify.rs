//! Handles `/verify` and `/verify/*`, for any method: a gateway asks whether to let a request through.

use std::borrow::Cow;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use latchkey_engine::verification::{Audiences, Verified};
use latchkey_model::{
    id::OrganizationId,
    problem::{Problem, ProblemKind},
    scope::Scopes,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::form_urlencoded;

use super::{
    authentication::{Resource, authenticate},
    verify_query::{self, RefusedValue},
};
use crate::http::{
    challenges::add_scope_challenge, client_address::ClientAddress, problem_response::ProblemResponse,
    state::ServerState,
};

const ID: HeaderName = HeaderName::from_static("latchkey-credential-id");
const KIND: HeaderName = HeaderName::from_static("latchkey-credential-kind");
const NAME: HeaderName = HeaderName::from_static("latchkey-credential-name");
const ORGANIZATION: HeaderName = HeaderName::from_static("latchkey-credential-organization");
const SCOPES: HeaderName = HeaderName::from_static("latchkey-credential-scopes");

/// The characters that a header cannot contain, and the one that escapes them.
const NOT_IN_A_HEADER: &AsciiSet = &CONTROLS.add(b'%');

/// Answers 200 with the identity of the credential's owner, 401 or 403 as a verdict, 400 for an unknown or malformed
/// query, and 503 if there is no verdict. The query's `scope` requires scopes, its `organization` an organization, and
/// its `resource` the audience of an access token. A credential in the query is never used.
pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    let (request, _) = request.into_parts();
    let query = request.uri.query().unwrap_or_default();
    if let Err(refusal) = verify_query::check(query) {
        return refusal.into_response();
    }
    let resource = required_resource(query, state.engine.verification.audiences());
    if matches!(resource, Resource::Unknown) {
        verify_query::log_refused_value(RefusedValue::UnknownResource);
    }
    let verified = match authenticate(&state, &request.headers, address, resource).await {
        Ok(verified) => verified,
        Err(refusal) => return refusal,
    };
    if !is_required_organization(verified.organization(), query) {
        let detail = "The credential belongs to another organization.";
        return ProblemResponse(Problem::with_detail(ProblemKind::NotAllowed, detail)).into_response();
    }
    match required_scopes(query) {
        Some(required) if verified.scopes().contain_all(&required) => identity_headers(&verified).into_response(),
        required => {
            if required.is_none() {
                verify_query::log_refused_value(RefusedValue::MalformedScope);
            }
            let mut response = ProblemResponse::from(ProblemKind::InsufficientScope).into_response();
            let metadata = resource.metadata(state.engine.issuer());
            add_scope_challenge(&mut response, &metadata, &required.unwrap_or_default());
            response
        }
    }
}

/// Returns each value of a parameter. A gateway may let its client write into the query, so an added value can only
/// require more.
fn values<'q>(query: &'q str, parameter: &'static str) -> impl Iterator<Item = Cow<'q, str>> {
    form_urlencoded::parse(query.as_bytes()).filter(move |(name, _)| name == parameter).map(|(_, value)| value)
}

/// Returns whether an organization satisfies every `organization` of a query. Each organization defines its own scopes,
/// under any name.
fn is_required_organization(organization: &OrganizationId, query: &str) -> bool {
    values(query, "organization").all(|required| required == organization.as_str())
}

/// Returns the resource that a query requires. No token satisfies two different resources, nor one that the operator
/// has not configured: a typing error in a gateway must not let anything through.
fn required_resource<'a>(query: &str, audiences: &'a Audiences) -> Resource<'a> {
    let mut required = Resource::Own;
    for audience in values(query, "resource").map(|resource| audiences.named(&resource)) {
        required = match (required, audience) {
            (Resource::Own, Some(audience)) => Resource::Named(audience),
            (Resource::Named(before), Some(audience)) if before == audience => Resource::Named(before),
            _ => return Resource::Unknown,
        };
    }
    required
}

/// Returns all scopes that a query requires: those of every `scope` in it.
fn required_scopes(query: &str) -> Option<Scopes> {
    values(query, "scope").collect::<Vec<_>>().join(" ").parse().ok()
}

/// Returns the identity as headers. Every header is set, even to an empty value: a gateway that copies them must
/// overwrite those of its client.
fn identity_headers(verified: &Verified) -> [(HeaderName, HeaderValue); 5] {
    let name = utf8_percent_encode(verified.name(), NOT_IN_A_HEADER).to_string();
    [
        (ID, value(verified.id().as_str())),
        (KIND, value(verified.kind().as_str())),
        (NAME, value(&name)),
        (ORGANIZATION, value(verified.organization().as_str())),
        (SCOPES, value(&verified.scopes().to_string())),
    ]
}

/// Converts a text to a header's value. All values are visible ASCII and spaces: identifiers, scope tokens, and
/// percent-encoded text.
fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use latchkey_engine::verification::Audience;

    use super::*;

    #[test]
    fn every_scope_of_the_query_is_required() {
        for query in ["scope=b+a", "scope=a&scope=b", "organization=x&scope=a%20b&scope="] {
            assert_eq!(required_scopes(query).unwrap().to_string(), "a b", "{query}");
        }
        assert!(required_scopes("").unwrap().is_empty());
        assert!(required_scopes("scope=%22").is_none());
    }

    #[test]
    fn a_query_requires_one_known_resource() {
        let mut audiences = Audiences::from_issuer("https://keys.example.com");
        audiences.push(Audience::parse("https://h/mcp").unwrap());
        let required = |query| required_resource(query, &audiences);
        assert!(matches!(required("scope=a"), Resource::Own));
        for query in ["resource=https://h/mcp", "resource=https%3A%2F%2FH%2Fmcp&resource=https://h:443/mcp"] {
            assert!(
                matches!(required(query), Resource::Named(audience) if audience.as_str() == "https://h/mcp"),
                "{query}"
            );
        }
        for query in [
            "resource=",
            "resource",
            "resource=https://h",
            "resource=https://h/mcp&resource=",
            "resource=https://h/mcp&resource=https://keys.example.com",
            "resource=https://h/mcp+https://keys.example.com",
        ] {
            assert!(matches!(required(query), Resource::Unknown), "{query}");
        }
    }
}
