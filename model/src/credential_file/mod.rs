//! The file with a new key, which the browser creates from the reply to the creation.

mod env_value;
mod file_name;
mod one_time_secret;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use env_value::quoted;
use file_name::name_part;
pub use one_time_secret::OneTimeSecret;
use serde::{Serialize, Serializer, ser::Error};

use crate::{
    access_key::{AccessKey, Kind},
    id::AccessKeyId,
    redacted::Secret,
};

/// A key and its secret, with everything that a program needs to present it.
#[derive(Debug, Clone, Serialize)]
pub struct CredentialFile {
    kind: Kind,
    name: String,
    id: AccessKeyId,
    #[serde(flatten)]
    credential: Credential,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_url: Option<String>,
    ping_url: String,
    created_at: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Credential {
    Secret {
        secret: Secret,
        authorization: Secret,
    },
    PrivateKey {
        #[serde(serialize_with = "as_json")]
        private_key: Secret,
    },
}

/// Writes the private key, which is JSON already, as a JSON object.
fn as_json<S: Serializer>(private_key: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    let jwk: BTreeMap<&str, Secret> = serde_json::from_str(private_key.expose()).map_err(S::Error::custom)?;
    jwk.serialize(serializer)
}

impl CredentialFile {
    /// Returns the file of a new key. `base_url` is the URL of Latchkey. `issuer` is the audience of assertions, and
    /// is only in the file of a private key. `created_at` is the key's creation
    /// time in the form of RFC 3339.
    #[must_use]
    pub fn new(key: &AccessKey, secret: &OneTimeSecret, base_url: &str, issuer: &str, created_at: &str) -> Self {
        let base_url = base_url.trim_end_matches('/');
        let (credential, issuer) = match secret {
            OneTimeSecret::Secret(secret) => {
                let authorization = basic_authorization(key, secret);
                (Credential::Secret { secret: secret.clone(), authorization }, None)
            }
            OneTimeSecret::PrivateKey(private_key) => {
                (Credential::PrivateKey { private_key: private_key.clone() }, Some(issuer.to_owned()))
            }
        };
        Self {
            kind: key.kind,
            name: key.name.clone(),
            id: key.id.clone(),
            credential,
            issuer,
            token_url: (key.kind == Kind::OAuthClient).then(|| format!("{base_url}/oauth/token")),
            ping_url: format!("{base_url}/api/v1/ping"),
            created_at: created_at.to_owned(),
        }
    }

    /// Returns the content as indented JSON. An API key has no `token_url`.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the same content as variables for a shell (`set -a; . ./file`), Docker Compose and the dotenv libraries.
    /// The secret has the name that the [`snippets`](crate::snippet) read. Values are quoted only if they need it,
    /// because `docker run --env-file` treats quotes as part of the value.
    #[must_use]
    pub fn env(&self) -> String {
        let (prefix, secret) = match self.kind {
            Kind::OAuthClient => ("CLIENT", "CLIENT_SECRET"),
            Kind::ApiKey => ("API_KEY", "API_KEY"),
        };
        let line = |name: &str, value: &str| format!("{name}={}\n", quoted(value));
        let described = |name: &str, value: &str| line(&format!("{prefix}_{name}"), value);
        let token_url = self.token_url.as_deref().map(|url| described("TOKEN_URL", url));
        let issuer = self.issuer.as_deref().map(|url| described("ISSUER", url));
        let credential = match &self.credential {
            Credential::Secret { secret: text, authorization } => {
                line(secret, text.expose()) + &described("AUTHORIZATION", authorization.expose())
            }
            Credential::PrivateKey { private_key } => described("PRIVATE_KEY", private_key.expose()),
        };
        [
            described("KIND", self.kind.as_str()),
            described("NAME", &self.name),
            described("ID", self.id.as_str()),
            credential,
            issuer.unwrap_or_default(),
            token_url.unwrap_or_default(),
            described("PING_URL", &self.ping_url),
            described("CREATED_AT", &self.created_at),
        ]
        .concat()
    }

    /// Returns `<name>-<id>.<extension>`, which is safe on every common file system. Every unsafe character becomes a
    /// hyphen, including dots, so that no name starts with a dot or is reserved by Windows (`CON.json`).
    #[must_use]
    pub fn file_name(&self, extension: &str) -> String {
        let id = self.id.as_str();
        match name_part(&self.name) {
            name if name.is_empty() => format!("{id}.{extension}"),
            name => format!("{name}-{id}.{extension}"),
        }
    }
}

/// Returns the `Authorization` value for Basic: `id:secret` for an OAuth client (RFC 6749 §2.3.1; both consist of characters
/// that form-encoding does not change), the secret and an empty password for an API key.
fn basic_authorization(key: &AccessKey, secret: &Secret) -> Secret {
    let pair = match key.kind {
        Kind::OAuthClient => format!("{}:{}", key.id, secret.expose()),
        Kind::ApiKey => format!("{}:", secret.expose()),
    };
    Secret::from(format!("Basic {}", STANDARD.encode(pair)))
}
