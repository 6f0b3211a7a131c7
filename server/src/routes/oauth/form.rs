use axum::{
    extract::Request,
    http::{HeaderMap, header},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::oauth_error::OAuthError;
use crate::request_body::{self, UnreadableBody};

/// The parameters of a request, each once, and the headers that came with them.
pub(super) struct Form {
    parameters: Vec<(String, Zeroizing<String>)>,
    pub(super) headers: HeaderMap,
}

impl Form {
    /// Reads a form-encoded body. A parameter without a value counts as absent, one that stands twice is an error
    /// (RFC 6749 §3.2), and so is a credential in the URL, where logs would keep it (§2.3.1).
    pub(super) async fn read(request: Request) -> Result<Self, OAuthError> {
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        if query.into_iter().any(|(name, _)| matches!(&*name, "client_id" | "client_secret" | "client_assertion")) {
            return Err(OAuthError::InvalidRequest("credentials do not belong into the URL"));
        }
        let (parts, body) = request.into_parts();
        if !is_form(&parts.headers) {
            return Err(OAuthError::InvalidRequest("send application/x-www-form-urlencoded"));
        }
        let body = request_body::read(body).await.map_err(|error| match error {
            UnreadableBody::TooLarge => OAuthError::TooLarge,
            UnreadableBody::BrokenOff => OAuthError::InvalidRequest("the body broke off"),
        })?;
        Ok(Self { parameters: parameters(&body)?, headers: parts.headers })
    }

    /// The value of a parameter, if it has one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(parameter, _)| parameter == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// More than any grant has. The duplicates among them are looked for one by one, which must stay cheap.
const MOST_PARAMETERS: usize = 32;

fn parameters(body: &[u8]) -> Result<Vec<(String, Zeroizing<String>)>, OAuthError> {
    let mut parameters: Vec<(String, Zeroizing<String>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
        if parameters.len() == MOST_PARAMETERS {
            return Err(OAuthError::InvalidRequest("there are too many parameters"));
        }
        if parameters.iter().any(|(known, _)| *known == name) {
            return Err(OAuthError::InvalidRequest("a parameter stands twice"));
        }
        parameters.push((name.into_owned(), Zeroizing::new(value.into_owned())));
    }
    Ok(parameters)
}
