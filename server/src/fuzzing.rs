//! Properties of the parsers of HTTP input, which must hold for every input.
//!
//! The fuzz targets in `fuzz/` call these functions, as do the tests below, with the inputs that are stored there. Each
//! function panics if its property does not hold.

use axum::http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::http::authorization_header::{Authorization, BasicCredentials};
pub use crate::http::check_form as form;

fn presented(value: &[u8]) -> Option<Authorization> {
    let value = HeaderValue::from_bytes(value).ok()?;
    Some(Authorization::from_headers(&HeaderMap::from_iter([(AUTHORIZATION, value)])))
}

/// Checks HTTP Basic: with the input as the parameter, and with the input as an encoded user name and password.
///
/// # Panics
/// If the property does not hold.
pub fn basic(data: &[u8]) {
    if let Some(Authorization::Basic(Some(BasicCredentials { user, .. }))) = presented(&[b"Basic ", data].concat()) {
        assert!(!user.contains(':'), "a user name ends at the first colon");
    }
    let encoded = BASE64_STANDARD.encode(data);
    match (
        presented(format!("Basic {encoded}").as_bytes()),
        str::from_utf8(data).ok().and_then(|text| text.split_once(':')),
    ) {
        (Some(Authorization::Basic(Some(read))), Some(sent)) => {
            assert_eq!((read.user.as_str(), read.password.as_str()), sent);
        }
        (Some(Authorization::Absent), Some(sent)) => assert_eq!(sent, ("", ""), "a credential is read as absent"),
        (Some(Authorization::Absent), None) => assert!(data.is_empty(), "an invalid credential is read as absent"),
        (Some(Authorization::Basic(None)), None) => {}
        _ => panic!("an invalid credential is read as a valid one"),
    }
}

/// Checks HTTP Bearer: a token is read as it was sent, without the white space around it.
///
/// # Panics
/// If the property does not hold.
pub fn bearer(data: &[u8]) {
    let Some(read) = presented(&[b"Bearer ", data].concat()) else { return };
    let Authorization::Bearer(token) = read else { panic!("Bearer is read as another scheme") };
    assert_eq!(token.as_str(), String::from_utf8_lossy(data.trim_ascii()));
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use proptest::prelude::*;

    use super::*;

    /// Checks a property with each stored input of a target.
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
    fn the_properties_hold_for_every_stored_input() {
        with_corpus("basic", basic);
        with_corpus("bearer", bearer);
        with_corpus("form", form);
    }

    proptest! {
        #[test]
        fn the_properties_hold_for_any_bytes(data in prop::collection::vec(any::<u8>(), 0..200)) {
            for property in [basic, bearer, form] {
                property(&data);
            }
        }

        #[test]
        fn the_properties_hold_for_credentials(text in "\\PC{0,30}:?\\PC{0,30}") {
            basic(text.as_bytes());
            bearer(text.as_bytes());
        }

        #[test]
        fn the_properties_hold_for_forms(text in "([a-c]{0,2}=?[a-z+%0-9]{0,5}&?){0,12}") {
            form(text.as_bytes());
        }
    }
}
