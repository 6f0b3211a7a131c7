//! `WWW-Authenticate`: tells a refused client how to authenticate (RFC 9110 §11.6.1, RFC 6750 §3, RFC 9728 §5.1).

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::WWW_AUTHENTICATE},
    response::Response,
};
use latchkey_engine::verification::Audience;
use latchkey_model::{
    problem::ProblemKind,
    scope::{BuiltInScope, Scopes},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::authorization_header::Authorization;

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

const BASIC: HeaderValue = HeaderValue::from_static(r#"Basic realm="Latchkey", charset="UTF-8""#);

/// The parameters that a refused bearer credential adds to its challenge.
pub(super) const INVALID_TOKEN: &str = r#", error="invalid_token", error_description="The credential is not accepted""#;

/// Returns whether a refusal may offer Basic. A browser answers such a challenge with its login window, on top of the
/// page whose script has called `fetch`. So Basic is offered to callers that have used Basic, to people who type the
/// address without a credential, and to programs other than browsers, which do not send `Sec-Fetch-Mode`.
pub(super) fn may_offer_basic(presented: &Authorization, headers: &HeaderMap) -> bool {
    match presented {
        Authorization::Bearer(_) => false,
        Authorization::Basic(_) => true,
        Authorization::Absent | Authorization::UnknownScheme | Authorization::Duplicate => {
            headers.get(SEC_FETCH_MODE).is_none_or(|mode| mode == "navigate")
        }
    }
}

/// Adds the challenge for Basic.
pub(super) fn add_basic_challenge(response: &mut Response) {
    response.headers_mut().append(WWW_AUTHENTICATE, BASIC);
}

/// Adds the challenge for Bearer, with the URL of a resource's metadata (RFC 9728 §5.1).
pub(super) fn add_bearer_challenge(response: &mut Response, metadata: &str, error: &str) {
    let challenge = format!(r#"Bearer realm="Latchkey"{error}, resource_metadata="{metadata}""#);
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().append(WWW_AUTHENTICATE, challenge);
    }
}

/// Adds the challenge for a valid credential that lacks scopes which the call needs (RFC 6750 §3.1).
pub(super) fn add_scope_challenge(response: &mut Response, metadata: &str, needed: &Scopes) {
    let error = if needed.is_empty() {
        r#", error="insufficient_scope""#.to_owned()
    } else {
        format!(r#", error="insufficient_scope", scope="{needed}""#)
    };
    add_bearer_challenge(response, metadata, &error);
}

/// Adds the challenge of a server function, which accepts a session or a Bearer credential. It says `invalid_token`
/// only if a credential was checked and is not valid: a client would otherwise fetch a new one, and be refused again.
pub(super) fn add_server_function_challenge(response: &mut Response, refused: ProblemKind, issuer: &str) {
    let metadata = own_metadata_url(issuer);
    match refused {
        ProblemKind::InsufficientScope => {
            let scope = BuiltInScope::ManageAccessKeys.as_str();
            add_bearer_challenge(response, &metadata, &format!(r#", error="insufficient_scope", scope="{scope}""#));
        }
        ProblemKind::InvalidCredential => add_bearer_challenge(response, &metadata, INVALID_TOKEN),
        _ if response.status() == StatusCode::UNAUTHORIZED => add_bearer_challenge(response, &metadata, ""),
        _ => {}
    }
}

/// Returns the URL of the metadata of Latchkey's own API.
pub(super) fn own_metadata_url(issuer: &str) -> String {
    format!("{issuer}/.well-known/oauth-protected-resource")
}

/// Returns the URL of the metadata of another resource. A gateway's refusal leads there, whatever the resource itself
/// serves.
pub(super) fn resource_metadata_url(issuer: &str, resource: &Audience) -> String {
    let resource = utf8_percent_encode(resource.as_str(), NON_ALPHANUMERIC);
    format!("{}?resource={resource}", own_metadata_url(issuer))
}
