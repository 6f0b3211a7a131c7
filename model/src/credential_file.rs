//! The file in which a person keeps a new key: made in the browser, from what the creation's reply holds.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer, ser::Error};

use crate::{
    access_key::{AccessKey, Kind},
    id::AccessKeyId,
    redacted::Secret,
};

/// The most bytes of a key's name that its file name holds; common file systems take 255 for the whole.
const LONGEST_NAME_PART: usize = 100;

/// What opens things and is shown once.
#[derive(Debug, Clone)]
pub enum OneTimeSecret {
    /// A secret that the server made.
    Secret(Secret),
    /// A private key that the browser made: a JWK's JSON, of which the server knows the public half alone (RFC 7523).
    PrivateKey(Secret),
}

impl OneTimeSecret {
    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        let (Self::Secret(text) | Self::PrivateKey(text)) = self;
        text.expose()
    }
}

/// A key and its secret, with all that a program needs to present it.
#[derive(Debug, Clone, Serialize)]
pub struct CredentialFile {
    kind: Kind,
    name: String,
    id: AccessKeyId,
    #[serde(flatten)]
    proof: Proof,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_url: Option<String>,
    ping_url: String,
    created_at: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Proof {
    Secret {
        secret: Secret,
        authorization: Secret,
    },
    PrivateKey {
        #[serde(serialize_with = "as_json")]
        private_key: Secret,
    },
}

/// The private key is JSON already; it stands in the file as the object that it is.
fn as_json<S: Serializer>(private_key: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    let jwk: BTreeMap<&str, Secret> = serde_json::from_str(private_key.expose()).map_err(S::Error::custom)?;
    jwk.serialize(serializer)
}

impl CredentialFile {
    /// The file of a key just created. `base_url` is where Latchkey is reached; `issuer` whom assertions are for, and
    /// stands in the file of a private key alone; `created_at` is the key's creation
    /// time as RFC 3339 has it.
    #[must_use]
    pub fn new(key: &AccessKey, secret: &OneTimeSecret, base_url: &str, issuer: &str, created_at: &str) -> Self {
        let base_url = base_url.trim_end_matches('/');
        let (proof, issuer) = match secret {
            OneTimeSecret::Secret(secret) => {
                let authorization = basic_authorization(key, secret);
                (Proof::Secret { secret: secret.clone(), authorization }, None)
            }
            OneTimeSecret::PrivateKey(private_key) => {
                (Proof::PrivateKey { private_key: private_key.clone() }, Some(issuer.to_owned()))
            }
        };
        Self {
            kind: key.kind,
            name: key.name.clone(),
            id: key.id.clone(),
            proof,
            issuer,
            token_url: (key.kind == Kind::OAuthClient).then(|| format!("{base_url}/oauth/token")),
            ping_url: format!("{base_url}/api/v1/ping"),
            created_at: created_at.to_owned(),
        }
    }

    /// The content as JSON, indented. An API key has no `token_url`.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The same content as variables for a shell (`set -a; . ./file`), Docker Compose and the dotenv libraries.
    /// The secret has the name that the [`snippets`](crate::snippet) read. Values that need no quotes have none,
    /// because `docker run --env-file` would take the quotes for a part of the value.
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
        let proof = match &self.proof {
            Proof::Secret { secret: text, authorization } => {
                line(secret, text.expose()) + &described("AUTHORIZATION", authorization.expose())
            }
            Proof::PrivateKey { private_key } => described("PRIVATE_KEY", private_key.expose()),
        };
        [
            described("KIND", self.kind.as_str()),
            described("NAME", &self.name),
            described("ID", self.id.as_str()),
            proof,
            issuer.unwrap_or_default(),
            token_url.unwrap_or_default(),
            described("PING_URL", &self.ping_url),
            described("CREATED_AT", &self.created_at),
        ]
        .concat()
    }

    /// `<name>-<id>.<extension>`, safe on every common file system. What a file name should not hold becomes a
    /// hyphen, dots too: so none leads, and no name is one that Windows reserves (`CON.json`).
    #[must_use]
    pub fn file_name(&self, extension: &str) -> String {
        let id = self.id.as_str();
        match name_part(&self.name) {
            name if name.is_empty() => format!("{id}.{extension}"),
            name => format!("{name}-{id}.{extension}"),
        }
    }
}

/// The `Authorization` value by Basic: `id:secret` for an OAuth client (RFC 6749 §2.3.1; both are of characters that
/// form-encoding leaves alone), the secret and an empty password for an API key.
fn basic_authorization(key: &AccessKey, secret: &Secret) -> Secret {
    let pair = match key.kind {
        Kind::OAuthClient => format!("{}:{}", key.id, secret.expose()),
        Kind::ApiKey => format!("{}:", secret.expose()),
    };
    Secret::from(format!("Basic {}", STANDARD.encode(pair)))
}

/// A value as both sh and the dotenv dialects read it. They agree on plain text, on single quotes, and on double
/// quotes where there is nothing to escape. Two things have no form that all read alike. A backslash in quotes escapes
/// what follows, the closing quote too, for some and for others not: it becomes a set minus. And of a value with an
/// apostrophe *and* one of `"`, `$`, `` ` `` the apostrophes become typographic ones.
fn quoted(value: &str) -> String {
    let value = value.replace('\\', "\u{2216}");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/=+@%,".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        value
    } else if !value.contains('\'') {
        format!("'{value}'")
    } else if !value.contains(['"', '$', '`']) {
        format!("\"{value}\"")
    } else {
        format!("'{}'", value.replace('\'', "\u{2019}"))
    }
}

/// The part of a file name that tells the key's name; may be empty.
fn name_part(name: &str) -> String {
    let mut part = String::new();
    for character in name.chars() {
        let character = if is_fit_for_a_file_name(character) { character } else { '-' };
        if character == '-' && (part.is_empty() || part.ends_with('-')) {
            continue;
        }
        if part.len() + character.len_utf8() > LONGEST_NAME_PART {
            break;
        }
        part.push(character);
    }
    part.truncate(part.trim_end_matches('-').len());
    part
}

/// Letters and digits of every script, and marks and symbols beyond ASCII, but nothing that is invisible,
/// reorders text or has a meaning to a file system or a shell.
fn is_fit_for_a_file_name(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    }
    let is_invisible = matches!(
        character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..
    );
    !(character.is_control() || character.is_whitespace() || is_invisible)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::{access_key::KeyStatus, timestamp::Timestamp};

    fn key_of(id: &str, name: &str) -> AccessKey {
        let id: AccessKeyId = id.parse().unwrap();
        AccessKey {
            kind: id.kind(),
            id,
            name: name.to_owned(),
            status: KeyStatus::Inactive,
            scopes: crate::scope::Scopes::default(),
            authentication: crate::access_key::Authentication::Secret,
            token_lifetime: None,
            created_at: Timestamp(0),
            created_by: "ana@example.com".to_owned(),
            expires_at: None,
            deleted_at: None,
            first_used: None,
            last_used: None,
        }
    }

    fn file_with(id: &str, name: &str, secret: &OneTimeSecret) -> CredentialFile {
        CredentialFile::new(
            &key_of(id, name),
            secret,
            "http://127.0.0.1:3000/",
            "http://lan:3000",
            "2026-01-02T03:04:05Z",
        )
    }

    fn file_of(id: &str, name: &str) -> CredentialFile {
        file_with(id, name, &OneTimeSecret::Secret(Secret::from(format!("lk_{id}_secret"))))
    }

    #[test]
    fn the_json_of_an_oauth_client_holds_the_pair_for_basic_and_both_urls() {
        let json: serde_json::Value = serde_json::from_str(&file_of("oc_7Hq2mV9cXw4T", "Warehouse").json()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "kind": "oauth_client",
                "name": "Warehouse",
                "id": "oc_7Hq2mV9cXw4T",
                "secret": "lk_oc_7Hq2mV9cXw4T_secret",
                "authorization": format!("Basic {}", STANDARD.encode("oc_7Hq2mV9cXw4T:lk_oc_7Hq2mV9cXw4T_secret")),
                "token_url": "http://127.0.0.1:3000/oauth/token",
                "ping_url": "http://127.0.0.1:3000/api/v1/ping",
                "created_at": "2026-01-02T03:04:05Z",
            })
        );
    }

    #[test]
    fn the_json_of_an_api_key_has_the_secret_as_username_and_no_token_url() {
        let json: serde_json::Value = serde_json::from_str(&file_of("ak_7Hq2mV9cXw4T", "WMS").json()).unwrap();
        assert_eq!(json["authorization"], format!("Basic {}", STANDARD.encode("lk_ak_7Hq2mV9cXw4T_secret:")));
        assert_eq!(json.get("token_url"), None);
    }

    #[test]
    fn a_private_key_stands_in_the_file_as_the_object_that_it_is() {
        let jwk = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"BB","d":"CC","alg":"ES256"}"#;
        let file = file_with("oc_7Hq2mV9cXw4T", "WMS", &OneTimeSecret::PrivateKey(Secret::from(jwk.to_owned())));
        let json: serde_json::Value = serde_json::from_str(&file.json()).unwrap();
        assert_eq!(json["private_key"], serde_json::from_str::<serde_json::Value>(jwk).unwrap());
        assert_eq!(json["issuer"], "http://lan:3000");
        assert_eq!((json.get("secret"), json.get("authorization")), (None, None));
        assert!(file.env().contains(&format!("\nCLIENT_PRIVATE_KEY='{jwk}'\nCLIENT_ISSUER=http://lan:3000\n")));
        assert!(!format!("{file:?}").contains("CC"));
    }

    #[test]
    fn the_env_file_of_an_oauth_client_holds_all_that_the_json_does() {
        let basic = STANDARD.encode("oc_7Hq2mV9cXw4T:lk_oc_7Hq2mV9cXw4T_secret");
        let expected = format!(
            "CLIENT_KIND=oauth_client\n\
             CLIENT_NAME='Depot North'\n\
             CLIENT_ID=oc_7Hq2mV9cXw4T\n\
             CLIENT_SECRET=lk_oc_7Hq2mV9cXw4T_secret\n\
             CLIENT_AUTHORIZATION='Basic {basic}'\n\
             CLIENT_TOKEN_URL=http://127.0.0.1:3000/oauth/token\n\
             CLIENT_PING_URL=http://127.0.0.1:3000/api/v1/ping\n\
             CLIENT_CREATED_AT=2026-01-02T03:04:05Z\n"
        );
        assert_eq!(file_of("oc_7Hq2mV9cXw4T", "Depot North").env(), expected);
    }

    #[test]
    fn the_env_file_leaves_plain_values_unquoted() {
        let env = file_of("ak_7Hq2mV9cXw4T", "Lager Süd").env();
        assert!(env.contains("\nAPI_KEY=lk_ak_7Hq2mV9cXw4T_secret\n"), "{env}");
        assert!(env.contains("\nAPI_KEY_PING_URL=http://127.0.0.1:3000/api/v1/ping\n"), "{env}");
        assert!(env.contains("\nAPI_KEY_NAME='Lager Süd'\n"), "{env}");
        assert!(!env.contains("TOKEN_URL"), "{env}");
    }

    #[test]
    fn a_shell_reads_every_name_back_and_executes_nothing() {
        let told = |name: &str| {
            let script = format!("set -eu\n{}printf %s \"$CLIENT_NAME\"", file_of("oc_7Hq2mV9cXw4T", name).env());
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert!(output.status.success() && output.stderr.is_empty(), "{name}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        for name in ["Ana's", "a \"b\" $HOME `id` $(id)", "倉庫 #1; rm -rf *", "!!", "~", "*"] {
            assert_eq!(told(name), name);
        }
        assert_eq!(told("Ana's $(id)"), "Ana\u{2019}s $(id)");
        assert_eq!(told("Ana's $(id) \\"), "Ana\u{2019}s $(id) \u{2216}");
    }

    #[test]
    fn no_backslash_in_a_name_hides_the_lines_below_from_a_dotenv_library() {
        for name in ["Depot \\", "C:\\new\\", "Ana's \\", "\\"] {
            let env = file_of("oc_7Hq2mV9cXw4T", name).env();
            assert!(!env.contains('\\'), "{env}");
            assert!(env.contains("\u{2216}"), "{env}");
        }
    }

    #[test]
    fn a_file_name_keeps_letters_of_every_script() {
        assert_eq!(
            file_of("ak_7Hq2mV9cXw4T", "Lager Süd 倉庫").file_name("json"),
            "Lager-Süd-倉庫-ak_7Hq2mV9cXw4T.json"
        );
        assert_eq!(file_of("oc_7Hq2mV9cXw4T", "WMS").file_name("env"), "WMS-oc_7Hq2mV9cXw4T.env");
    }

    #[test]
    fn a_file_name_is_safe_whatever_the_name() {
        let name_of = |name: &str| file_of("ak_7Hq2mV9cXw4T", name).file_name("json");
        assert_eq!(name_of("../../etc/passwd"), "etc-passwd-ak_7Hq2mV9cXw4T.json");
        assert_eq!(name_of("..\\.ssh:<x>|\"y\"?*"), "ssh-x-y-ak_7Hq2mV9cXw4T.json");
        assert_eq!(name_of("CON.x"), "CON-x-ak_7Hq2mV9cXw4T.json");
        assert_eq!(name_of("--"), "ak_7Hq2mV9cXw4T.json");
        assert_eq!(name_of("a\u{202E}b\u{200B}\u{0}c"), "a-b-c-ak_7Hq2mV9cXw4T.json");
        for long in ["a".repeat(100), "倉".repeat(100), "🚚".repeat(100)] {
            let name = name_of(&long);
            assert!(name.len() <= 130 && name.ends_with("-ak_7Hq2mV9cXw4T.json"), "{name}");
        }
    }

    #[test]
    fn a_debugged_file_hides_the_secret() {
        let text = format!("{:?}", file_of("ak_7Hq2mV9cXw4T", "WMS"));
        assert!(!text.contains("_secret") && !text.contains("Basic"), "{text}");
    }
}
