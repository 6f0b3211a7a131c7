use latchkey_model::{
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::time::CLOCK_LEEWAY;

/// The claims of an access token (RFC 9068 §2.2), and two of Latchkey.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The issuer: Latchkey's public URL.
    pub(crate) iss: String,
    /// The client itself: with `client_credentials` there is no other subject (RFC 9068 §2.2).
    pub(crate) sub: AccessKeyId,
    /// The client that asked for the token.
    pub(crate) client_id: AccessKeyId,
    /// The resource that the token is for.
    pub(crate) aud: String,
    /// When it was issued, in seconds since 1970.
    pub(crate) iat: i64,
    /// The time before which it is not valid (RFC 7519 §4.1.5). Tokens that are valid at once have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) nbf: Option<i64>,
    /// When it ends, in seconds since 1970.
    pub(crate) exp: i64,
    /// The identifier of the token.
    pub(crate) jti: String,
    /// What the token may be used for (RFC 9068 §2.2.3).
    #[serde(default, skip_serializing_if = "Scopes::is_empty", with = "space_separated")]
    pub(crate) scope: Scopes,
    /// The client's generation when the token was issued; deactivation raises it.
    pub(crate) latchkey_generation: i64,
    /// The organization of the client. The names of scopes have a different meaning in each organization.
    pub(crate) latchkey_organization: OrganizationId,
}

/// The claim `scope` is one text (RFC 8693 §4.2).
mod space_separated {
    use latchkey_model::scope::Scopes;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(scopes: &Scopes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(scopes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scopes, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Claims {
    /// Returns whether the token is valid already on the node with the fastest clock, and still valid on this one.
    pub(super) fn are_in_time(&self, now: Timestamp) -> bool {
        let fastest = now.plus(CLOCK_LEEWAY).seconds();
        self.nbf.unwrap_or(self.iat).max(self.iat) <= fastest && now.seconds() < self.exp
    }
}
