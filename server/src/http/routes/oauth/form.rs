use axum::{
    extract::Request,
    http::{HeaderMap, header},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::refusals::ClaimedClient;
use crate::http::{
    oauth_error::OAuthError,
    request_body::{self, BodyError},
};

/// The parameters of a request and its headers. Each parameter occurs once, except `resource`.
pub(super) struct Form {
    parameters: Vec<(String, Zeroizing<String>)>,
    pub(super) headers: HeaderMap,
    /// For the log, if the request is refused.
    pub(super) claimed_client: ClaimedClient,
}

/// The parameters that no URL may contain.
const CREDENTIAL_PARAMETERS: [&str; 5] = ["access_token", "client_assertion", "client_id", "client_secret", "token"];

impl Form {
    /// Reads a form-encoded body. A parameter without a value counts as absent, and a repeated one is an error (RFC
    /// 6749 §3.2), except `resource` (RFC 8707 §2). A credential in the URL is an error as well, because logs would
    /// keep it (RFC 6749 §2.3.1).
    pub(super) async fn read(request: Request) -> Result<Self, OAuthError> {
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        if query.into_iter().any(|(name, _)| CREDENTIAL_PARAMETERS.contains(&&*name)) {
            return Err(OAuthError::InvalidRequest("credentials must not be in the URL"));
        }
        let (parts, body) = request.into_parts();
        if !is_form(&parts.headers) {
            return Err(OAuthError::InvalidRequest("send application/x-www-form-urlencoded"));
        }
        let body = request_body::read(body).await.map_err(|error| match error {
            BodyError::TooLarge => OAuthError::TooLarge,
            BodyError::Incomplete => OAuthError::InvalidRequest("the body is incomplete"),
        })?;
        let claimed_client = parts.extensions.get::<ClaimedClient>().cloned().unwrap_or_default();
        Ok(Self { parameters: parse_parameters(&body)?, headers: parts.headers, claimed_client })
    }

    /// Returns the value of a parameter, if it has one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(parameter, _)| parameter == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns all values of a parameter that may be repeated.
    pub(super) fn all<'f>(&'f self, name: &'static str) -> impl Iterator<Item = &'f str> {
        self.parameters.iter().filter(move |(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut content_types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(content_type), None) = (content_types.next(), content_types.next()) else { return false };
    let essence = content_type.to_str().ok().and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The one parameter that a request may repeat (RFC 8707 §2).
const REPEATABLE_PARAMETER: &str = "resource";

/// More than any grant has. Duplicates are searched for linearly, which must stay cheap.
const MAX_PARAMETERS: usize = 32;

fn parse_parameters(body: &[u8]) -> Result<Vec<(String, Zeroizing<String>)>, OAuthError> {
    let mut parameters: Vec<(String, Zeroizing<String>)> = Vec::new();
    for (name, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
        if parameters.len() == MAX_PARAMETERS {
            return Err(OAuthError::InvalidRequest("there are too many parameters"));
        }
        if name != REPEATABLE_PARAMETER && parameters.iter().any(|(known, _)| *known == name) {
            return Err(OAuthError::InvalidRequest("a parameter is repeated"));
        }
        parameters.push((name.into_owned(), Zeroizing::new(value.into_owned())));
    }
    Ok(parameters)
}

/// Checks the decoder of forms: for every input, a parameter occurs once unless it may be repeated, no value is empty,
/// and encoding and decoding again gives the same parameters.
///
/// # Panics
/// If the property does not hold.
#[cfg(any(test, feature = "fuzz"))]
pub fn check_form(data: &[u8]) {
    let Ok(read) = parse_parameters(data) else { return };
    assert!(read.len() <= MAX_PARAMETERS);
    for (index, (name, value)) in read.iter().enumerate() {
        assert!(!value.is_empty(), "a parameter without a value");
        let is_repeated = read[..index].iter().any(|(before, _)| before == name);
        assert!(!is_repeated || name == REPEATABLE_PARAMETER, "a parameter is repeated");
    }
    let pairs = read.iter().map(|(name, value)| (name, value.as_str()));
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let Ok(again) = parse_parameters(encoded.as_bytes()) else { panic!("what was decoded cannot be decoded again") };
    assert!(again == read, "decoding again gives something else");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_body_makes_the_decoder_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse_parameters(&body);
        }

        #[test]
        fn parameters_round_trip(form in prop::collection::btree_map("[a-z_]{1,12}", "\\PC{1,30}", 0..=MAX_PARAMETERS)) {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
            let read = parse_parameters(body.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let sent: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            prop_assert_eq!(read, sent);
        }

        #[test]
        fn a_repeated_parameter_is_refused(name in "[a-z_]{1,7}", one in "[a-z]{1,9}", two in "[a-z]{1,9}") {
            let body = format!("{name}={one}&other=x&{name}={two}");
            prop_assert!(parse_parameters(body.as_bytes()).is_err());
        }

        #[test]
        fn a_resource_may_be_repeated(values in prop::collection::vec("[a-z:/.]{1,30}", 1..=MAX_PARAMETERS)) {
            let pairs = values.iter().map(|value| (REPEATABLE_PARAMETER, value));
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            let parameters = parse_parameters(body.as_bytes()).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
            let form = Form { parameters, headers: HeaderMap::new(), claimed_client: ClaimedClient::default() };
            prop_assert_eq!(form.all(REPEATABLE_PARAMETER).collect::<Vec<_>>(), values);
        }
    }
}
