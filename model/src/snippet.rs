//! Ready-to-paste commands that test a key. They contain the ID and the URLs; the secret comes from the environment
//! (`API_KEY`, `CLIENT_SECRET` or `CLIENT_PRIVATE_KEY`, the names that the [`.env` file](crate::credential_file) uses).

use crate::{
    access_key::{AccessKey, AuthenticationMethod, Kind},
    id::AccessKeyId,
};

/// The kind of credential that the commands present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// An API key, which is presented directly.
    ApiKey,
    /// An OAuth client's secret.
    ClientSecret,
    /// An OAuth client's private key (RFC 7523).
    PrivateKey,
}

impl CredentialKind {
    /// Returns the kind of credential of a key.
    #[must_use]
    pub fn from_key(key: &AccessKey) -> Self {
        match (key.kind, key.authentication) {
            (Kind::ApiKey, _) => Self::ApiKey,
            (Kind::OAuthClient, AuthenticationMethod::Secret) => Self::ClientSecret,
            (Kind::OAuthClient, AuthenticationMethod::PrivateKeyJwt) => Self::PrivateKey,
        }
    }

    /// Returns the languages of the commands, in the order in which the console offers them. A signature needs more
    /// than a line of shell.
    #[must_use]
    pub const fn languages(self) -> &'static [Language] {
        match self {
            Self::ApiKey | Self::ClientSecret => &Language::ALL,
            Self::PrivateKey => &[Language::Python, Language::JavaScript],
        }
    }
}

/// The language of a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// curl in a POSIX shell.
    #[default]
    Curl,
    /// HTTPie in a POSIX shell.
    Httpie,
    /// Python 3 with only the standard library, and with `PyJWT` for signatures.
    Python,
    /// JavaScript as an ECMAScript module, for Node 20 and later.
    JavaScript,
    /// PowerShell 5.1 and later.
    PowerShell,
}

impl Language {
    const ALL: [Self; 5] = [Self::Curl, Self::Httpie, Self::Python, Self::JavaScript, Self::PowerShell];

    /// Returns the name of the language for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Httpie => "HTTPie",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::PowerShell => "PowerShell",
        }
    }

    /// Returns the template of the commands. For a language without a template, it is the one in JavaScript.
    const fn template(self, credential: CredentialKind) -> &'static str {
        match (self, credential) {
            (Self::Curl, CredentialKind::ApiKey) => include_str!("snippet/api-key.curl.sh"),
            (Self::Httpie, CredentialKind::ApiKey) => include_str!("snippet/api-key.httpie.sh"),
            (Self::Python, CredentialKind::ApiKey) => include_str!("snippet/api-key.py"),
            (Self::JavaScript, CredentialKind::ApiKey) => include_str!("snippet/api-key.mjs"),
            (Self::PowerShell, CredentialKind::ApiKey) => include_str!("snippet/api-key.ps1"),
            (Self::Httpie, CredentialKind::ClientSecret) => include_str!("snippet/oauth-client.httpie.sh"),
            (Self::Python, CredentialKind::ClientSecret) => include_str!("snippet/oauth-client.py"),
            (Self::JavaScript, CredentialKind::ClientSecret) => include_str!("snippet/oauth-client.mjs"),
            (Self::PowerShell, CredentialKind::ClientSecret) => include_str!("snippet/oauth-client.ps1"),
            (Self::Curl, CredentialKind::ClientSecret) => include_str!("snippet/oauth-client.curl.sh"),
            (Self::Python, CredentialKind::PrivateKey) => include_str!("snippet/private-key.py"),
            (_, CredentialKind::PrivateKey) => include_str!("snippet/private-key.mjs"),
        }
    }
}

/// Returns commands that test a key, in `language`: an API key is presented by Basic; an OAuth client first gets an access
/// token (RFC 6749 §4.4), which is presented by Bearer.
/// `base_url` is the URL of Latchkey, and `issuer` is the audience of assertions.
#[must_use]
pub fn snippet(
    language: Language,
    credential: CredentialKind,
    id: &AccessKeyId,
    base_url: &str,
    issuer: &str,
) -> String {
    language
        .template(credential)
        .replace("{base_url}", &without_special_characters(base_url.trim_end_matches('/')))
        .replace("{issuer}", &without_special_characters(issuer))
        .replace("{id}", id.as_str())
        .trim_end()
        .to_owned()
}

/// Removes from a URL the characters that could end a quoted string, or have a meaning in one, in any of the languages.
fn without_special_characters(url: &str) -> String {
    url.chars().filter(|&c| !(c.is_control() || c.is_whitespace() || "'\"`$\\{}".contains(c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_snippet(base_url: &str) -> Vec<(CredentialKind, Language, String)> {
        let credentials = [
            ("oc_7Hq2mV9cXw4T", CredentialKind::ClientSecret),
            ("oc_7Hq2mV9cXw4T", CredentialKind::PrivateKey),
            ("ak_7Hq2mV9cXw4T", CredentialKind::ApiKey),
        ];
        let snippets_of = |(id, credential): (&str, CredentialKind)| {
            let id = id.parse().unwrap();
            let of_language =
                |language: &Language| (credential, *language, snippet(*language, credential, &id, base_url, base_url));
            credential.languages().iter().map(of_language).collect::<Vec<_>>()
        };
        credentials.into_iter().flat_map(snippets_of).collect()
    }

    #[test]
    fn urls_and_the_client_id_are_filled_in_and_the_secret_is_a_variable() {
        for (credential, language, text) in every_snippet("https://keys.example.com/") {
            assert!(text.contains("https://keys.example.com/api/v1/ping"), "{language:?} {credential:?}: {text}");
            assert!(
                !["{base_url}", "{issuer}", "{id}"].iter().any(|blank| text.contains(blank)),
                "{language:?} {credential:?}: {text}"
            );
            let (variable, others) = match credential {
                CredentialKind::ClientSecret => {
                    ("CLIENT_SECRET", ["oc_7Hq2mV9cXw4T", "https://keys.example.com/oauth/token"])
                }
                CredentialKind::PrivateKey => {
                    ("CLIENT_PRIVATE_KEY", ["oc_7Hq2mV9cXw4T", "https://keys.example.com/oauth/token"])
                }
                CredentialKind::ApiKey => ("API_KEY", ["", ""]),
            };
            assert!(text.contains(variable), "{language:?} {credential:?}: {text}");
            assert!(others.iter().all(|other| text.contains(other)), "{language:?} {credential:?}: {text}");
        }
    }

    #[test]
    fn a_base_url_cannot_break_out_of_its_quotes() {
        for (_, language, text) in every_snippet("http://x'\"`$(id)\\\n") {
            assert!(text.contains("http://x(id)/api/v1/ping"), "{language:?}: {text}");
        }
    }
}
