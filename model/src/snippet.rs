//! Ready-to-paste commands that prove a key: the ID and the URLs stand in them, the secret comes from the environment
//! (`API_KEY` or `CLIENT_SECRET`, the names that the [`.env` file](crate::credential_file) uses).

use crate::{access_key::Kind, id::AccessKeyId};

/// What a command is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// curl in a POSIX shell.
    #[default]
    Curl,
    /// HTTPie in a POSIX shell.
    Httpie,
    /// Python 3, with the standard library alone.
    Python,
    /// JavaScript as an ECMAScript module, for Node 20 and later.
    JavaScript,
    /// PowerShell 5.1 and later.
    PowerShell,
}

impl Language {
    /// In the order in which the console offers them.
    pub const ALL: [Self; 5] = [Self::Curl, Self::Httpie, Self::Python, Self::JavaScript, Self::PowerShell];

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

    const fn template(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Curl, Kind::ApiKey) => include_str!("snippet/api-key.curl.sh"),
            (Self::Curl, Kind::OAuthClient) => include_str!("snippet/oauth-client.curl.sh"),
            (Self::Httpie, Kind::ApiKey) => include_str!("snippet/api-key.httpie.sh"),
            (Self::Httpie, Kind::OAuthClient) => include_str!("snippet/oauth-client.httpie.sh"),
            (Self::Python, Kind::ApiKey) => include_str!("snippet/api-key.py"),
            (Self::Python, Kind::OAuthClient) => include_str!("snippet/oauth-client.py"),
            (Self::JavaScript, Kind::ApiKey) => include_str!("snippet/api-key.mjs"),
            (Self::JavaScript, Kind::OAuthClient) => include_str!("snippet/oauth-client.mjs"),
            (Self::PowerShell, Kind::ApiKey) => include_str!("snippet/api-key.ps1"),
            (Self::PowerShell, Kind::OAuthClient) => include_str!("snippet/oauth-client.ps1"),
        }
    }
}

/// The commands that prove a key of `kind` in `language`: an API key is presented by Basic; an OAuth client first gets
/// an access token (RFC 6749 §4.4), which is presented by Bearer. `base_url` is where Latchkey is reached.
#[must_use]
pub fn snippet(language: Language, kind: Kind, id: &AccessKeyId, base_url: &str) -> String {
    language
        .template(kind)
        .replace("{base_url}", &inert(base_url.trim_end_matches('/')))
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

    fn every_snippet(base_url: &str) -> Vec<(Kind, Language, String)> {
        let kinds = [("oc_7Hq2mV9cXw4T", Kind::OAuthClient), ("ak_7Hq2mV9cXw4T", Kind::ApiKey)];
        let of_kind = |(id, kind): (&str, Kind)| {
            let id = id.parse().unwrap();
            Language::ALL.map(|language| (kind, language, snippet(language, kind, &id, base_url)))
        };
        kinds.into_iter().flat_map(of_kind).collect()
    }

    #[test]
    fn urls_and_the_client_id_are_filled_in_and_the_secret_is_a_variable() {
        for (kind, language, text) in every_snippet("https://keys.example.com/") {
            assert!(text.contains("https://keys.example.com/api/v1/ping"), "{language:?} {kind:?}: {text}");
            assert!(!text.contains("{base_url}") && !text.contains("{id}"), "{language:?} {kind:?}: {text}");
            let (variable, others) = match kind {
                Kind::OAuthClient => ("CLIENT_SECRET", ["oc_7Hq2mV9cXw4T", "https://keys.example.com/oauth/token"]),
                Kind::ApiKey => ("API_KEY", ["", ""]),
            };
            assert!(text.contains(variable), "{language:?} {kind:?}: {text}");
            assert!(others.iter().all(|other| text.contains(other)), "{language:?} {kind:?}: {text}");
        }
    }

    #[test]
    fn a_base_url_cannot_break_out_of_its_quotes() {
        for (_, language, text) in every_snippet("http://x'\"`$(id)\\\n") {
            assert!(text.contains("http://x(id)/api/v1/ping"), "{language:?}: {text}");
        }
    }
}
