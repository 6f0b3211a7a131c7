//! Ready-to-paste commands that prove a key: the ID and the URLs stand in them, the secret comes from the environment
//! (`API_KEY`, `CLIENT_SECRET` or `CLIENT_PRIVATE_KEY`, the names that the [`.env` file](crate::credential_file) uses).

use crate::{
    access_key::{AccessKey, Authentication, Kind},
    id::AccessKeyId,
};

/// What a key proves itself by, which decides what its commands do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProvenBy {
    /// An API key, presented itself.
    ApiKey,
    /// An OAuth client's secret.
    ClientSecret,
    /// An OAuth client's private key (RFC 7523).
    PrivateKey,
}

impl ProvenBy {
    /// What a key proves itself by.
    #[must_use]
    pub fn of(key: &AccessKey) -> Self {
        match (key.kind, key.authentication) {
            (Kind::ApiKey, _) => Self::ApiKey,
            (Kind::OAuthClient, Authentication::Secret) => Self::ClientSecret,
            (Kind::OAuthClient, Authentication::PrivateKeyJwt) => Self::PrivateKey,
        }
    }

    /// The languages that there are commands in, in the order in which the console offers them. A signature takes more
    /// than a line of shell.
    #[must_use]
    pub const fn languages(self) -> &'static [Language] {
        match self {
            Self::ApiKey | Self::ClientSecret => &Language::ALL,
            Self::PrivateKey => &[Language::Python, Language::JavaScript],
        }
    }
}

/// What a command is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// curl in a POSIX shell.
    #[default]
    Curl,
    /// HTTPie in a POSIX shell.
    Httpie,
    /// Python 3, with the standard library alone, but for `PyJWT` where something is signed.
    Python,
    /// JavaScript as an ECMAScript module, for Node 20 and later.
    JavaScript,
    /// PowerShell 5.1 and later.
    PowerShell,
}

impl Language {
    const ALL: [Self; 5] = [Self::Curl, Self::Httpie, Self::Python, Self::JavaScript, Self::PowerShell];

    /// The name that people know it by.
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

    /// The commands. A language that a proof does not have gives those in JavaScript.
    const fn template(self, proof: ProvenBy) -> &'static str {
        match (self, proof) {
            (Self::Curl, ProvenBy::ApiKey) => include_str!("snippet/api-key.curl.sh"),
            (Self::Httpie, ProvenBy::ApiKey) => include_str!("snippet/api-key.httpie.sh"),
            (Self::Python, ProvenBy::ApiKey) => include_str!("snippet/api-key.py"),
            (Self::JavaScript, ProvenBy::ApiKey) => include_str!("snippet/api-key.mjs"),
            (Self::PowerShell, ProvenBy::ApiKey) => include_str!("snippet/api-key.ps1"),
            (Self::Httpie, ProvenBy::ClientSecret) => include_str!("snippet/oauth-client.httpie.sh"),
            (Self::Python, ProvenBy::ClientSecret) => include_str!("snippet/oauth-client.py"),
            (Self::JavaScript, ProvenBy::ClientSecret) => include_str!("snippet/oauth-client.mjs"),
            (Self::PowerShell, ProvenBy::ClientSecret) => include_str!("snippet/oauth-client.ps1"),
            (Self::Curl, ProvenBy::ClientSecret) => include_str!("snippet/oauth-client.curl.sh"),
            (Self::Python, ProvenBy::PrivateKey) => include_str!("snippet/private-key.py"),
            (_, ProvenBy::PrivateKey) => include_str!("snippet/private-key.mjs"),
        }
    }
}

/// The commands that prove a key in `language`: an API key is presented by Basic; an OAuth client first gets an access
/// token (RFC 6749 §4.4), which is presented by Bearer.
/// `base_url` is where Latchkey is reached, and `issuer` whom assertions are for.
#[must_use]
pub fn snippet(language: Language, proof: ProvenBy, id: &AccessKeyId, base_url: &str, issuer: &str) -> String {
    language
        .template(proof)
        .replace("{base_url}", &inert(base_url.trim_end_matches('/')))
        .replace("{issuer}", &inert(issuer))
        .replace("{id}", id.as_str())
        .trim_end()
        .to_owned()
}

/// A URL without the characters that could end a quoted string, or mean something in one, in any of the languages.
fn inert(url: &str) -> String {
    url.chars().filter(|&c| !(c.is_control() || c.is_whitespace() || "'\"`$\\{}".contains(c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_snippet(base_url: &str) -> Vec<(ProvenBy, Language, String)> {
        let proofs = [
            ("oc_7Hq2mV9cXw4T", ProvenBy::ClientSecret),
            ("oc_7Hq2mV9cXw4T", ProvenBy::PrivateKey),
            ("ak_7Hq2mV9cXw4T", ProvenBy::ApiKey),
        ];
        let of_proof = |(id, proof): (&str, ProvenBy)| {
            let id = id.parse().unwrap();
            let of_language =
                |language: &Language| (proof, *language, snippet(*language, proof, &id, base_url, base_url));
            proof.languages().iter().map(of_language).collect::<Vec<_>>()
        };
        proofs.into_iter().flat_map(of_proof).collect()
    }

    #[test]
    fn urls_and_the_client_id_are_filled_in_and_the_secret_is_a_variable() {
        for (proof, language, text) in every_snippet("https://keys.example.com/") {
            assert!(text.contains("https://keys.example.com/api/v1/ping"), "{language:?} {proof:?}: {text}");
            assert!(
                !["{base_url}", "{issuer}", "{id}"].iter().any(|blank| text.contains(blank)),
                "{language:?} {proof:?}: {text}"
            );
            let (variable, others) = match proof {
                ProvenBy::ClientSecret => {
                    ("CLIENT_SECRET", ["oc_7Hq2mV9cXw4T", "https://keys.example.com/oauth/token"])
                }
                ProvenBy::PrivateKey => {
                    ("CLIENT_PRIVATE_KEY", ["oc_7Hq2mV9cXw4T", "https://keys.example.com/oauth/token"])
                }
                ProvenBy::ApiKey => ("API_KEY", ["", ""]),
            };
            assert!(text.contains(variable), "{language:?} {proof:?}: {text}");
            assert!(others.iter().all(|other| text.contains(other)), "{language:?} {proof:?}: {text}");
        }
    }

    #[test]
    fn a_base_url_cannot_break_out_of_its_quotes() {
        for (_, language, text) in every_snippet("http://x'\"`$(id)\\\n") {
            assert!(text.contains("http://x(id)/api/v1/ping"), "{language:?}: {text}");
        }
    }
}
