//! The properties that the parsers of untrusted text must have for every input.
//!
//! The fuzz targets of `fuzz/`, and the tests below with the inputs in its corpus, call these functions. Each panics if a
//! property is violated.

use latchkey_model::{email::Email, scope::ScopeName};
use latchkey_store::Location;

pub use crate::oauth::fuzzing::jwt;
use crate::{base62, crypto::secret::ParsedSecret, keys};

/// Checks the parser of secrets: an accepted text has the form of a secret, and is refused with another last digit.
///
/// # Panics
/// If the property is violated.
pub fn secret(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    check_secret(text);
    // With the right checksum, the input gets past the first check.
    check_secret(&format!("{text}{}", base62::encode_32(crc32fast::hash(text.as_bytes()))));
}

fn check_secret(text: &str) {
    let Some(parsed) = ParsedSecret::parse(text) else { return };
    assert_eq!(parsed.text, text);
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "the secret has other characters");
    assert!(text.contains(&format!("_{}_", parsed.id)), "the ID is not the one in the secret");
    let other = if text.ends_with('0') { '1' } else { '0' };
    let changed = format!("{}{other}", &text[..text.len() - 1]);
    assert!(ParsedSecret::parse(&changed).is_none(), "the checksum does not cover the last digit");
}

/// Checks the cursors of lists: an accepted cursor is written as a cursor with the same meaning.
///
/// # Panics
/// If the property is violated.
pub fn cursor(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    keys::check_cursors(text);
    if let Ok(scope) = text.parse::<ScopeName>() {
        assert_eq!(scope.as_str(), text);
    }
    if let Ok(email) = Email::parse(text) {
        assert_eq!(Email::parse(email.as_str()).ok(), Some(email));
    }
}

/// Checks the URL of the database: an error does not repeat it, because it may contain a password.
///
/// # Panics
/// If the property is violated.
pub fn database_url(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let password = "correct-horse-battery";
    let with_password = format!("{text}{password}");
    for url in [text, &with_password] {
        if let Err(error) = Location::parse(url) {
            assert!(!error.to_string().contains(password), "an error repeats the URL");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::prelude::*;

    use super::*;

    /// Runs a property on each input in the corpus of a target.
    fn with_corpus(target: &str, property: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        let inputs: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
        assert!(inputs.len() > 3, "{target} has no corpus");
        for input in inputs {
            property(&input);
        }
    }

    #[test]
    fn the_properties_hold_for_every_input_in_the_corpus() {
        with_corpus("secret", secret);
        with_corpus("jwt", jwt);
        with_corpus("cursor", cursor);
        with_corpus("database_url", database_url);
    }

    proptest! {
        #[test]
        fn the_properties_hold_for_secrets(text in "[a-z0-9]{0,4}_?(ak|oc)?_?[0-9A-Za-z]{0,14}_?[0-9A-Za-z]{43}") {
            secret(text.as_bytes());
        }

        #[test]
        fn the_properties_hold_for_jwts(header in "\\PC{0,40}", payload in "\\PC{0,60}", signature in "[A-Za-z0-9_-]{0,90}") {
            use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
            for header in [header.clone(), format!(r#"{{"alg":"EdDSA","typ":{header:?}}}"#)] {
                jwt(format!("{}.{}.{signature}", BASE64.encode(header), BASE64.encode(&payload)).as_bytes());
            }
        }

        #[test]
        fn the_properties_hold_for_cursors(text in "(-?[0-9]{1,20}-)?(ak_|oc_)?[0-9A-Za-z-]{0,36}") {
            cursor(text.as_bytes());
        }

        #[test]
        fn the_properties_hold_for_database_urls(text in "(sqlite|postgres|file|jdbc:postgresql)?:?/{0,3}\\PC{0,40}") {
            database_url(text.as_bytes());
        }

        #[test]
        fn the_properties_hold_for_any_bytes(data in prop::collection::vec(any::<u8>(), 0..200)) {
            for property in [secret, jwt, cursor, database_url] {
                property(&data);
            }
        }
    }
}
