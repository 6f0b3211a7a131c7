use axum::http::header::AUTHORIZATION;
use latchkey_credentials::machines::ClientProof;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::{form::Form, oauth_error::OAuthError};
use crate::authorization::{Credential, Presented};

/// The `client_assertion_type` of a JWT (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Where a client has authenticated itself, which decides how a refusal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) enum Method {
    /// `client_secret_basic`.
    Header,
    /// `client_secret_post` or `private_key_jwt`.
    Body,
}

/// A client and how it proves to be it.
pub(super) enum Client {
    /// By its secret (RFC 6749 §2.3.1).
    Secret { id: String, secret: Zeroizing<String>, method: Method },
    /// By a JWT that it has signed (RFC 7523 §2.2).
    Assertion { id: Option<String>, jwt: Zeroizing<String> },
}

impl Client {
    /// Refuses a request that authenticates itself in more than one way (RFC 6749 §2.3).
    pub(super) fn authenticates_once(form: &Form) -> Result<(), OAuthError> {
        let in_header = form.headers.contains_key(AUTHORIZATION);
        match (in_header, form.get("client_secret"), form.get("client_assertion")) {
            (true, Some(_), _) | (true, _, Some(_)) | (_, Some(_), Some(_)) => {
                Err(OAuthError::InvalidRequest("authenticate in one way, and not in two"))
            }
            _ => Ok(()),
        }
    }

    /// Finds how the client authenticates itself.
    pub(super) fn in_request(form: &Form) -> Result<Self, OAuthError> {
        Self::authenticates_once(form)?;
        match Presented::in_headers(&form.headers) {
            Presented::Basic(credential) => Self::in_header(credential, form),
            Presented::Bearer(_) => Err(OAuthError::InvalidClient(Method::Header)),
            Presented::Nothing if form.headers.contains_key(AUTHORIZATION) => {
                Err(OAuthError::InvalidClient(Method::Header))
            }
            Presented::Nothing => Self::in_body(form),
        }
    }

    fn in_header(credential: Option<Credential>, form: &Form) -> Result<Self, OAuthError> {
        let Credential { user, password } = credential.ok_or(OAuthError::InvalidClient(Method::Header))?;
        let (id, secret) = (form_decoded(&user), form_decoded(&password));
        if form.get("client_id").is_some_and(|other| other != *id) {
            return Err(OAuthError::InvalidRequest("client_id differs from the header's"));
        }
        Ok(Self::Secret { id: id.to_string(), secret, method: Method::Header })
    }

    fn in_body(form: &Form) -> Result<Self, OAuthError> {
        let id = form.get("client_id").map(str::to_owned);
        match (id, form.get("client_secret"), form.get("client_assertion")) {
            (id, None, Some(jwt)) if form.get("client_assertion_type") == Some(JWT_BEARER) => {
                Ok(Self::Assertion { id, jwt: Zeroizing::new(jwt.to_owned()) })
            }
            (_, None, Some(_)) => Err(OAuthError::InvalidRequest("client_assertion_type is not that of a JWT")),
            (Some(id), Some(secret), None) => {
                Ok(Self::Secret { id, secret: Zeroizing::new(secret.to_owned()), method: Method::Body })
            }
            _ => Err(OAuthError::InvalidClient(Method::Body)),
        }
    }

    /// What the engine is shown.
    pub(super) fn proof(&self) -> ClientProof<'_> {
        match self {
            Self::Secret { id, secret, .. } => ClientProof::Secret { client_id: id, secret },
            Self::Assertion { id, jwt } => ClientProof::Assertion { client_id: id.as_deref(), jwt },
        }
    }

    pub(super) fn method(&self) -> Method {
        match self {
            Self::Secret { method, .. } => *method,
            Self::Assertion { .. } => Method::Body,
        }
    }
}

/// Both parts of the header are form-encoded before they are put together. Latchkey's own have nothing to encode, so
/// clients that forget it are understood as well.
fn form_decoded(text: &str) -> Zeroizing<String> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    Zeroizing::new(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}
