use axum::http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::{form::Form, oauth_error::OAuthError};
use crate::authorization::{Credential, Presented};

/// How a client has authenticated itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) enum Method {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// A client and what it says is its secret (RFC 6749 §2.3.1).
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Zeroizing<String>,
    pub(super) method: Method,
}

impl Client {
    /// Finds the client's credentials, in the `Authorization` header or in the body, and never in both.
    pub(super) fn in_request(form: &Form) -> Result<Self, OAuthError> {
        match Presented::in_headers(&form.headers) {
            Presented::Basic(credential) => Self::in_header(credential, form),
            Presented::Bearer(_) => Err(OAuthError::InvalidClient(Method::Basic)),
            Presented::Nothing if form.headers.contains_key(AUTHORIZATION) => {
                Err(OAuthError::InvalidClient(Method::Basic))
            }
            Presented::Nothing => Self::in_body(form),
        }
    }

    fn in_header(credential: Option<Credential>, form: &Form) -> Result<Self, OAuthError> {
        if form.get("client_secret").is_some() {
            return Err(OAuthError::InvalidRequest("authenticate by the header or by the body, and not by both"));
        }
        let invalid = OAuthError::InvalidClient(Method::Basic);
        let Credential { user, password } = credential.ok_or(invalid)?;
        let (id, secret) = (form_decoded(&user), form_decoded(&password));
        if form.get("client_id").is_some_and(|other| other != *id) {
            return Err(OAuthError::InvalidRequest("client_id differs from the header's"));
        }
        Ok(Self { id: id.to_string(), secret, method: Method::Basic })
    }

    fn in_body(form: &Form) -> Result<Self, OAuthError> {
        match (form.get("client_id"), form.get("client_secret")) {
            (Some(id), Some(secret)) => {
                Ok(Self { id: id.to_owned(), secret: Zeroizing::new(secret.to_owned()), method: Method::Post })
            }
            _ => Err(OAuthError::InvalidClient(Method::Post)),
        }
    }
}

/// Both parts of the header are form-encoded before they are put together. Latchkey's own have nothing to encode, so
/// clients that forget it are understood as well.
fn form_decoded(text: &str) -> Zeroizing<String> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    Zeroizing::new(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}
