//! `/verify` and `/verify/*`, by any method: the judgement that gateways ask for before they let a request through.

use std::borrow::Cow;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use latchkey_credentials::machines::Verified;
use latchkey_model::{
    id::OrganizationId,
    problem::{Problem, ProblemKind},
    scope::Scopes,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::form_urlencoded;

use super::presented::{insufficient_scope, verified};
use crate::{middleware::ClientAddress, problem_answer::ProblemAnswer, state::ServerState};

const ID: HeaderName = HeaderName::from_static("latchkey-credential-id");
const KIND: HeaderName = HeaderName::from_static("latchkey-credential-kind");
const NAME: HeaderName = HeaderName::from_static("latchkey-credential-name");
const ORGANIZATION: HeaderName = HeaderName::from_static("latchkey-credential-organization");
const SCOPES: HeaderName = HeaderName::from_static("latchkey-credential-scopes");

/// What cannot stand in a header as it is, and the sign that encodes it.
const NOT_IN_A_HEADER: &AsciiSet = &CONTROLS.add(b'%');

/// 200 with who it is, 401 or 403 as a judgement, and 503 where there can be none. The query's `scope` demands scopes,
/// and its `organization` whose the credential is; a credential in the query is never looked at.
pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    let (request, _) = request.into_parts();
    let verified = match verified(&state, &request.headers, address).await {
        Ok(verified) => verified,
        Err(refusal) => return refusal,
    };
    let query = request.uri.query().unwrap_or_default();
    if !is_demanded(verified.organization(), query) {
        let detail = "The credential is another organization's.";
        return ProblemAnswer(Problem::with_detail(ProblemKind::NotAllowed, detail)).into_response();
    }
    match demanded(query) {
        Some(demanded) if verified.scopes().contain_all(&demanded) => identity(&verified).into_response(),
        // What is no scope at all, nobody carries.
        demanded => insufficient_scope(&demanded.unwrap_or_default(), state.engine.issuer()),
    }
}

/// Each value of a parameter. A gateway may let its client write into the query: what is added there can only demand
/// more.
fn values<'q>(query: &'q str, parameter: &'static str) -> impl Iterator<Item = Cow<'q, str>> {
    form_urlencoded::parse(query.as_bytes()).filter(move |(name, _)| name == parameter).map(|(_, value)| value)
}

/// Whether an organization is all of those that a query demands. Each one defines scopes of its own, under any name.
fn is_demanded(organization: &OrganizationId, query: &str) -> bool {
    values(query, "organization").all(|demanded| demanded == organization.as_str())
}

/// All scopes that a query demands: those of every `scope` in it.
fn demanded(query: &str) -> Option<Scopes> {
    values(query, "scope").collect::<Vec<_>>().join(" ").parse().ok()
}

/// Every header is set, empty if need be: a gateway that copies them leaves no room for a client's own.
fn identity(verified: &Verified) -> [(HeaderName, HeaderValue); 5] {
    let name = utf8_percent_encode(verified.name(), NOT_IN_A_HEADER).to_string();
    [
        (ID, value(verified.id().as_str())),
        (KIND, value(verified.kind().as_str())),
        (NAME, value(&name)),
        (ORGANIZATION, value(verified.organization().as_str())),
        (SCOPES, value(&verified.scopes().to_string())),
    ]
}

/// All of these are visible ASCII and spaces: identifiers, scope-tokens, and what is percent-encoded.
fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_the_query_is_demanded() {
        for query in ["scope=b+a", "scope=a&scope=b", "x=1&scope=a%20b&scope="] {
            assert_eq!(demanded(query).unwrap().to_string(), "a b", "{query}");
        }
        assert!(demanded("").unwrap().is_empty());
        assert!(demanded("scope=%22").is_none());
    }
}
