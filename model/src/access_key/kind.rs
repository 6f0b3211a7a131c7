use serde::{Deserialize, Serialize};

/// How a key is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// An OAuth 2.0 client, which exchanges its secret for access tokens (RFC 6749 §4.4).
    #[serde(rename = "oauth_client")]
    OAuthClient,
    /// An API key, whose secret is presented directly, by Basic or Bearer.
    ApiKey,
}

impl Kind {
    /// Returns the kind as JSON and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OAuthClient => "oauth_client",
            Self::ApiKey => "api_key",
        }
    }

    /// Returns the part before the underscore of an identifier of this kind.
    #[must_use]
    pub const fn id_prefix(self) -> &'static str {
        match self {
            Self::OAuthClient => "oc",
            Self::ApiKey => "ak",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_serialize_as_the_api_documents() {
        assert_eq!(serde_json::to_string(&Kind::OAuthClient).unwrap(), r#""oauth_client""#);
        assert_eq!(serde_json::to_string(&Kind::ApiKey).unwrap(), r#""api_key""#);
    }
}
