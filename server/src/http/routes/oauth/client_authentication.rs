use std::net::IpAddr;

use latchkey_engine::{
    oauth::{ClientAuthentication, OAuth},
    verification::Verified,
};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::form::Form;
use crate::http::{
    authorization_header::{Authorization, BasicCredentials},
    oauth_error::OAuthError,
};

/// The `client_assertion_type` of a JWT (RFC 7523 §2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client's authentication.
pub(super) enum PresentedClient {
    /// The client's secret (RFC 6749 §2.3.1).
    Secret { id: Zeroizing<String>, secret: Zeroizing<String> },
    /// A JWT that the client has signed (RFC 7523 §2.2).
    Assertion { id: Option<String>, jwt: Zeroizing<String> },
}

impl PresentedClient {
    /// Refuses a request that authenticates in more than one way (RFC 6749 §2.3).
    pub(super) fn check_single_method(form: &Form) -> Result<(), OAuthError> {
        let in_header = Authorization::from_headers(&form.headers).is_present();
        match (in_header, form.get("client_secret"), form.get("client_assertion")) {
            (true, Some(_), _) | (true, _, Some(_)) | (_, Some(_), Some(_)) => {
                Err(OAuthError::InvalidRequest("use only one method of client authentication"))
            }
            _ => Ok(()),
        }
    }

    /// Returns how the client authenticates.
    pub(super) fn from_form(form: &Form) -> Result<Self, OAuthError> {
        Self::check_single_method(form)?;
        match Authorization::from_headers(&form.headers) {
            Authorization::Basic(credential) => Self::from_header(credential, form),
            Authorization::Bearer(token) if !token.is_empty() => Err(OAuthError::InvalidClient),
            Authorization::Duplicate => Err(OAuthError::DUPLICATE_AUTHORIZATION),
            Authorization::Bearer(_) | Authorization::Absent | Authorization::UnknownScheme => Self::from_body(form),
        }
    }

    /// Returns whether the body authenticates a client.
    pub(super) fn is_in_body(form: &Form) -> bool {
        ["client_secret", "client_assertion"].into_iter().any(|name| form.get(name).is_some())
    }

    fn from_header(credential: Option<BasicCredentials>, form: &Form) -> Result<Self, OAuthError> {
        let BasicCredentials { user, password } = credential.ok_or(OAuthError::InvalidClient)?;
        let (id, secret) = (decode_form(&user), decode_form(&password));
        form.claimed_client.set_id(&id);
        if form.get("client_id").is_some_and(|other| other != *id) {
            return Err(OAuthError::InvalidRequest("client_id differs from the one in the Authorization header"));
        }
        Ok(Self::Secret { id, secret })
    }

    fn from_body(form: &Form) -> Result<Self, OAuthError> {
        let id = form.get("client_id").map(str::to_owned);
        if let Some(id) = &id {
            form.claimed_client.set_id(id);
        }
        match (id, form.get("client_secret"), form.get("client_assertion")) {
            (id, None, Some(jwt)) if form.get("client_assertion_type") == Some(JWT_BEARER) => {
                form.claimed_client.set_has_assertion();
                Ok(Self::Assertion { id, jwt: Zeroizing::new(jwt.to_owned()) })
            }
            (_, None, Some(_)) => {
                Err(OAuthError::InvalidRequest("client_assertion_type must be the one for a JWT (RFC 7523)"))
            }
            (Some(id), Some(secret), None) => {
                Ok(Self::Secret { id: Zeroizing::new(id), secret: Zeroizing::new(secret.to_owned()) })
            }
            _ => Err(OAuthError::MissingCredential),
        }
    }

    /// Returns the authentication in the engine's form.
    pub(super) fn authentication(&self) -> ClientAuthentication<'_> {
        match self {
            Self::Secret { id, secret } => ClientAuthentication::Secret { client_id: id, secret },
            Self::Assertion { id, jwt } => ClientAuthentication::Assertion { client_id: id.as_deref(), jwt },
        }
    }

    /// Verifies the client, for requests about something other than a new token, and for requests that cannot succeed.
    pub(super) async fn verify(&self, oauth: &OAuth, address: IpAddr) -> Result<Verified, OAuthError> {
        let verified = oauth.verify_client(&self.authentication(), address).await;
        verified.map_err(|error| OAuthError::from_verify_error(error, OAuthError::InvalidClient))
    }
}

/// Form-decodes one part of a Basic credential: both parts are form-encoded before they are joined (RFC 6749 §2.3.1).
/// Latchkey's own IDs and secrets need no encoding, so clients that omit it are understood as well.
pub(super) fn decode_form(text: &str) -> Zeroizing<String> {
    let spaced = Zeroizing::new(text.replace('+', " "));
    Zeroizing::new(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::form_urlencoded::byte_serialize;

    use super::*;

    fn encoded(text: &str) -> String {
        byte_serialize(text.as_bytes()).collect()
    }

    fn decoded(text: &str) -> String {
        decode_form(text).to_string()
    }

    proptest! {
        #[test]
        fn no_pair_makes_the_decoder_panic(text in any::<String>()) {
            let _ = decode_form(&text);
        }

        #[test]
        fn an_encoded_pair_round_trips(text in any::<String>()) {
            prop_assert_eq!(decoded(&encoded(&text)), text);
        }

        /// Encoders differ in what they leave as it is, but must encode these two characters.
        #[test]
        fn a_partly_encoded_pair_round_trips(parts in prop::collection::vec((any::<char>(), any::<bool>()), 0..60)) {
            let text: String = parts.iter().map(|(character, _)| character).collect();
            let sent: String = parts
                .iter()
                .map(|&(character, encode)| match character {
                    '+' | '%' => format!("%{:02x}", u32::from(character)),
                    _ if encode => encoded(&character.to_string()),
                    _ => character.to_string(),
                })
                .collect();
            prop_assert_eq!(decoded(&sent), text);
        }

        /// Latchkey's own IDs and secrets are among these.
        #[test]
        fn a_raw_pair_without_plus_and_percent_round_trips(text in "[^+%]{0,60}") {
            prop_assert_eq!(decoded(&text), text);
        }
    }

    #[test]
    fn escapes_are_decoded_as_in_a_form() {
        for (sent, read) in [
            ("oc%5Fa-b_c", "oc_a-b_c"),
            ("oc%5fa", "oc_a"),
            ("a+b", "a b"),
            ("a%2Bb%2b", "a+b+"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%25%35F", "%5F"),
        ] {
            assert_eq!(decoded(sent), read, "{sent}");
        }
    }
}
