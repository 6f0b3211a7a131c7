//! E-mail addresses, with which members sign in.

use std::fmt;

use idna::{AsciiDenyList, domain_to_ascii_cow};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::{
    name::{is_control, is_invisible},
    text::nfc,
};

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter an e-mail address, such as ana@example.com.")]
pub struct InvalidEmail;

/// The longest address, in characters (RFC 5321 §4.5.3.1.3).
const LONGEST: usize = 254;

/// An e-mail address in one canonical form, so that one person has one account however the address is typed: in lower case, the
/// local part in NFC (RFC 6532 §3.1), the domain in A-labels (RFC 5890 §2.3.2.1), which is what browsers send.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Parses an address as typed. Only its form is checked: no pattern can find out whether it receives mail. Invisible
    /// characters are refused, because two addresses that look alike would be two people in the history.
    ///
    /// # Errors
    /// [`InvalidEmail`] if there is no `@` between two parts, a character is invisible, the domain is not a valid name of
    /// the DNS, or the address has more than 254 characters.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        // Before the text is normalized: no character that normalization shortens has more than this many bytes.
        if text.len() > 16 * LONGEST {
            return Err(InvalidEmail);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| is_control(c) || is_invisible(c));
        if !plain(local) || !plain(domain) || local.contains('@') {
            return Err(InvalidEmail);
        }
        let email = format!("{}@{}", canonical_local(local), canonical_domain(domain)?);
        if email.chars().count() <= LONGEST { Ok(Self(email)) } else { Err(InvalidEmail) }
    }

    /// Returns the address for people to read: the domain in its own script, if that is Latin with diacritics or East Asian. A
    /// domain in a script with letters that look like Latin letters stays in A-labels.
    #[must_use]
    pub fn display_form(&self) -> String {
        let Some((local, domain)) = self.0.rsplit_once('@').filter(|(_, domain)| domain.contains("xn--")) else {
            return self.0.clone();
        };
        match idna::domain_to_unicode(domain) {
            (domain, Ok(())) if domain.chars().all(is_distinguishable_from_ascii) => format!("{local}@{domain}"),
            _ => self.0.clone(),
        }
    }

    /// Returns the address in its canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns the readable form of a text that may be an address in its canonical form. Any other text is not changed.
#[must_use]
pub fn display_form(text: String) -> String {
    if text.contains('@') && text.contains("xn--") {
        Email::parse(&text).map_or(text, |email| email.display_form())
    } else {
        text
    }
}

/// Returns NFC in lower case, with a sigma for a final sigma.
fn canonical_local(text: &str) -> String {
    let lower =
        nfc(text).chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect::<String>();
    nfc(&lower).into_owned()
}

/// Returns A-labels in lower case, without the dot of the root. An address literal (RFC 5321 §4.1.3) is not a domain name.
fn canonical_domain(text: &str) -> Result<String, InvalidEmail> {
    if text.starts_with('[') && text.ends_with(']') && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text.to_ascii_lowercase());
    }
    let ascii = domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::URL).map_err(|_| InvalidEmail)?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    if name.is_empty() || name.ends_with('.') { Err(InvalidEmail) } else { Ok(name.to_owned()) }
}

/// Returns whether a character does not look like an ASCII letter.
fn is_distinguishable_from_ascii(character: char) -> bool {
    let is_latin = std::iter::once(character).nfd().next().is_some_and(|base| base.is_ascii());
    is_latin
        || matches!(character, 'ß' | 'æ' | 'œ' | 'ø' | 'þ' | 'ð')
        || matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!(Email::parse(" Ana@Northwind.Example ").unwrap().as_str(), "ana@northwind.example");
    }

    #[test]
    fn an_invalid_address_is_refused() {
        for text in
            ["", "ana", "@", "ana@", "@example.com", "a b@example.com", "a@b@c", &format!("{}@x", "a".repeat(254))]
        {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn an_address_with_an_invisible_character_is_refused() {
        for invisible in [
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{180E}',
            '\u{200B}',
            '\u{200D}',
            '\u{200F}',
            '\u{202E}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{E0061}',
        ] {
            for text in [format!("a{invisible}na@example.com"), format!("ana@exam{invisible}ple.com")] {
                assert_eq!(Email::parse(&text), Err(InvalidEmail), "{text:?}");
            }
        }
        assert!(Email::parse("größe@müller.example").is_ok());
    }

    #[test]
    fn every_form_of_an_address_parses_to_the_same_address() {
        for (typed, canonical) in [
            ("ana@müller.example", "ana@xn--mller-kva.example"),
            ("Ana@MU\u{308}LLER.Example", "ana@xn--mller-kva.example"),
            ("ana@xn--mller-kva.example", "ana@xn--mller-kva.example"),
            ("ana@XN--MLLER-KVA.example.", "ana@xn--mller-kva.example"),
            ("ana@müller。example", "ana@xn--mller-kva.example"),
            ("jose\u{301}@example.com", "jos\u{e9}@example.com"),
            ("JOS\u{c9}@example.com", "jos\u{e9}@example.com"),
            ("ΣΊΣΥΦΟΣ@example.com", "σίσυφοσ@example.com"),
            ("σίσυφος@example.com", "σίσυφοσ@example.com"),
            ("ana@straße.example", "ana@xn--strae-oqa.example"),
            ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
            ("root@localhost", "root@localhost"),
        ] {
            assert_eq!(Email::parse(typed).map(String::from).as_deref(), Ok(canonical), "{typed:?}");
        }
    }

    #[test]
    fn an_invalid_domain_is_refused() {
        for text in
            ["ana@.", "ana@..", "ana@a b.example", "ana@xn--a.example", "ana@x/y", "ana@x＠y", "ana@%41.example"]
        {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn the_readable_form_uses_the_script_of_the_domain_unless_it_looks_latin() {
        for (typed, shown) in [
            ("Ana@Müller.example", "ana@müller.example"),
            ("ana@例え.example", "ana@例え.example"),
            ("ana@example.com", "ana@example.com"),
            // Its first letter is Cyrillic.
            ("ana@\u{430}pple.example", "ana@xn--pple-43d.example"),
        ] {
            let email = Email::parse(typed).unwrap();
            assert_eq!(email.display_form(), shown);
            assert_eq!(Email::parse(&email.display_form()), Ok(email), "the readable form parses to the same address");
        }
    }

    proptest! {
        #[test]
        fn parsing_an_address_again_does_not_change_it(text in "\\PC{1,30}@\\PC{1,30}(\\.\\PC{1,9})?") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert_eq!(Email::parse(&email.display_form()), Ok(email));
            }
        }

        #[test]
        fn both_unicode_forms_are_one_address(local in "\\p{Latin}{1,20}", domain in "\\p{Ll}{1,20}") {
            let typed = format!("{local}@{domain}.example");
            let decomposed: String = typed.nfd().collect();
            prop_assert_eq!(Email::parse(&typed), Email::parse(&decomposed));
        }
    }
}
