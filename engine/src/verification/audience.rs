use std::fmt::{self, Display, Formatter};

use thiserror::Error;
use url::Url;

/// A resource that access tokens can be for: the `aud` of a token (RFC 7519 §4.1.3), and the value of the parameter
/// `resource` that asks for it (RFC 8707 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    text: Box<str>,
    /// The audience as a URL, if it is an HTTP URL: only those have more than one spelling.
    url: Option<Url>,
}

/// Why a text cannot be an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidAudience {
    /// It has a space or a control character, which would break the list in a header, or a log line.
    #[error("an audience has no spaces and no control characters")]
    Space,
    /// It has a fragment, so no request can name it (RFC 8707 §2).
    #[error("an audience has no fragment (#)")]
    Fragment,
}

impl Audience {
    /// Parses an audience from the settings. It becomes `aud` as it is written.
    ///
    /// # Errors
    /// [`InvalidAudience`].
    pub fn parse(text: &str) -> Result<Self, InvalidAudience> {
        if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
            return Err(InvalidAudience::Space);
        }
        if text.contains('#') {
            return Err(InvalidAudience::Fragment);
        }
        Ok(Self { text: text.into(), url: http_url(text) })
    }

    /// Returns the audience as the operator has written it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the audience as an HTTP URL, which can have metadata (RFC 9728 §1.2); `None` if it is another name.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.url.as_ref()
    }

    /// Returns whether a text names this audience: the same text, or another spelling of the same URL (RFC 3986 §6.2.2 and
    /// §6.2.3), such as `https://h/` for `https://h`. A path with a slash at its end is another path than one without.
    #[must_use]
    pub fn is_named_by(&self, text: &str) -> bool {
        *self.text == *text || self.url.as_ref().is_some_and(|url| requested_url(text).is_some_and(|text| text == *url))
    }
}

impl Display for Audience {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn http_url(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Parses the URL of a request. The parser is the one of browsers, which repairs errors, so it gets only texts that are URIs by RFC
/// 3986.
fn requested_url(text: &str) -> Option<Url> {
    let (_, rest) = text.split_once("://")?;
    let is_uri = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=%[]".contains(&byte);
    if rest.starts_with(['/', '?']) || !text.bytes().all(is_uri) {
        return None;
    }
    http_url(text)
}

/// The configured audiences: at least one, each once.
#[derive(Debug, Clone)]
pub struct Audiences {
    first: Audience,
    others: Vec<Audience>,
}

impl Audiences {
    /// Returns the issuer as the only audience, which is the default.
    #[must_use]
    pub fn from_issuer(issuer: &str) -> Self {
        Self::from(Audience { text: issuer.into(), url: http_url(issuer) })
    }

    /// Adds an audience at the end, unless it is another spelling of an existing one.
    pub fn push(&mut self, audience: Audience) {
        if self.named(audience.as_str()).is_none() {
            self.others.push(audience);
        }
    }

    /// Returns the audience of a token whose request names none, which is also the audience of Latchkey's API.
    #[must_use]
    pub fn first(&self) -> &Audience {
        &self.first
    }

    /// Returns all audiences, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Audience> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Returns the audience that a text names.
    #[must_use]
    pub fn named(&self, text: &str) -> Option<&Audience> {
        self.iter().find(|audience| audience.is_named_by(text))
    }
}

impl From<Audience> for Audiences {
    fn from(first: Audience) -> Self {
        Self { first, others: Vec::new() }
    }
}

/// The audiences for which a token is accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AcceptedAudiences<'a> {
    /// Only this one.
    Only(&'a Audience),
    /// Any configured audience: the caller compares it (RFC 7662 §2.2).
    AnyOf(&'a Audiences),
}

impl AcceptedAudiences<'_> {
    /// Returns whether a token with this `aud` is accepted. The operator may have changed the spelling since it was issued.
    pub(crate) fn includes(self, aud: &str) -> bool {
        match self {
            Self::Only(audience) => audience.is_named_by(aud),
            Self::AnyOf(audiences) => audiences.named(aud).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names_audience(audience: &str, by: &str) -> bool {
        Audience::parse(audience).unwrap().is_named_by(by)
    }

    #[test]
    fn other_spellings_of_a_url_name_the_same_audience() {
        for (audience, by) in [
            ("https://h", "https://h/"),
            ("https://h/", "https://h"),
            ("https://h", "HTTPS://H:443/"),
            ("http://127.0.0.1:8000/mcp", "http://127.0.0.1:8000/mcp"),
            ("http://h/mcp", "http://h:80/mcp"),
            ("http://h/mcp", "http://h/a/../mcp"),
            ("https://h/mcp?tenant=1", "https://H/mcp?tenant=1"),
            ("https://müller.example/mcp", "https://xn--mller-kva.example/mcp"),
            ("https://müller.example/mcp", "https://müller.example/mcp"),
            ("http://[::1]:8000", "http://[0:0:0:0:0:0:0:1]:8000/"),
            ("orders", "orders"),
            ("urn:example:orders", "urn:example:orders"),
        ] {
            assert!(names_audience(audience, by), "{by} for {audience}");
        }
    }

    #[test]
    fn a_different_url_names_another_audience() {
        for (audience, by) in [
            ("https://h", "http://h"),
            ("https://h", "https://h:8443"),
            ("https://h", "https://h/mcp"),
            ("https://h", "https://h/#"),
            ("https://h", "https://h#x"),
            ("https://h", "https://h?"),
            ("https://h", "https://h?x=1"),
            ("https://h", "https://user@h"),
            ("https://h", "https://h."),
            ("https://h", "https://h.evil.example"),
            ("https://h", "https:h"),
            ("https://h", "https:///h"),
            ("https://h", "https:\\\\h"),
            ("https://h", "https://h\\"),
            ("https://h", "https://h\t"),
            ("https://h", " https://h"),
            ("https://h", "https://h/ "),
            ("https://h", "h"),
            ("https://h", ""),
            ("https://h/mcp", "https://h/mcp/"),
            ("https://h/mcp", "https://h/MCP"),
            ("https://h/mcp", "https://h/mcp%2f"),
            ("orders", "Orders"),
            ("urn:example:orders", "URN:example:orders"),
        ] {
            assert!(!names_audience(audience, by), "{by:?} for {audience}");
        }
    }

    #[test]
    fn an_audience_that_no_request_can_name_is_refused() {
        assert_eq!(Audience::parse("https://h/#x"), Err(InvalidAudience::Fragment));
        for text in ["https://h https://i", "a\tb", "a\u{0}b", "a\u{a0}b"] {
            assert_eq!(Audience::parse(text), Err(InvalidAudience::Space), "{text:?}");
        }
    }

    #[test]
    fn audiences_are_unique_and_keep_their_order() {
        let mut audiences = Audiences::from_issuer("https://keys.example.com");
        for text in ["https://keys.example.com/", "https://h/mcp", "https://H/mcp"] {
            audiences.push(Audience::parse(text).unwrap());
        }
        let all: Vec<&str> = audiences.iter().map(Audience::as_str).collect();
        assert_eq!(all, ["https://keys.example.com", "https://h/mcp"]);
        assert_eq!(audiences.named("https://h:443/mcp").map(Audience::as_str), Some("https://h/mcp"));
        assert_eq!(audiences.named("https://h"), None);
    }

    #[test]
    fn a_token_stays_valid_if_its_audience_is_respelled_and_ends_if_it_is_removed() {
        let mut audiences = Audiences::from_issuer("https://keys.example.com");
        audiences.push(Audience::parse("https://h/").unwrap());
        assert!(AcceptedAudiences::AnyOf(&audiences).includes("https://h"));
        assert!(AcceptedAudiences::AnyOf(&audiences).includes("https://keys.example.com"));
        assert!(!AcceptedAudiences::AnyOf(&audiences).includes("https://removed.example"));
        assert!(!AcceptedAudiences::Only(audiences.first()).includes("https://h"));
        assert!(AcceptedAudiences::Only(audiences.named("https://h").unwrap()).includes("https://h"));
    }

    proptest! {
        #[test]
        fn the_comparison_never_panics(audience in "\\PC{0,40}", text in any::<String>()) {
            if let Ok(audience) = Audience::parse(&audience) {
                let _ = audience.is_named_by(&text);
            }
        }
    }
}
