//! Parses the `Authorization` header (RFC 9110 §11.6.2).

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

/// Accepts what clients send: base64 with padding and without.
const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A user name and a password (RFC 7617 §2).
pub(crate) struct BasicCredentials {
    pub(crate) user: Zeroizing<String>,
    pub(crate) password: Zeroizing<String>,
}

/// The `Authorization` header of a request.
pub(crate) enum Authorization {
    /// No header, an empty one, or Basic without a user and a password, which clients send that are configured without
    /// a credential.
    Absent,
    /// A scheme that Latchkey does not support.
    UnknownScheme,
    /// More than one `Authorization` header, which no sender may send (RFC 9110 §5.3). A proxy in front may have
    /// checked a different one than Latchkey would.
    Duplicate,
    /// HTTP Basic; `None` if it cannot be decoded.
    Basic(Option<BasicCredentials>),
    /// HTTP Bearer (RFC 6750 §2.1). A value that is not ASCII is not a token, and is refused like a wrong one.
    Bearer(Zeroizing<String>),
}

impl Authorization {
    /// Reads the only `Authorization` header. Empty ones are ignored. If there are two, neither counts.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        let values = headers.get_all(AUTHORIZATION).iter();
        let mut values = values.map(|value| value.as_bytes().trim_ascii()).filter(|value| !value.is_empty());
        match (values.next(), values.next()) {
            (None, _) => Self::Absent,
            (Some(value), None) => Self::from_value(value),
            (Some(_), Some(_)) => Self::Duplicate,
        }
    }

    fn from_value(value: &[u8]) -> Self {
        let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
        let (scheme, parameter) = (&value[..end], value[end..].trim_ascii());
        if scheme.eq_ignore_ascii_case(b"basic") {
            Self::from_basic(parameter)
        } else if scheme.eq_ignore_ascii_case(b"bearer") {
            Self::Bearer(Zeroizing::new(String::from_utf8_lossy(parameter).into_owned()))
        } else {
            Self::UnknownScheme
        }
    }

    fn from_basic(parameter: &[u8]) -> Self {
        match decode_basic(parameter) {
            _ if parameter.is_empty() => Self::Absent,
            Some(BasicCredentials { user, password }) if user.is_empty() && password.is_empty() => Self::Absent,
            credential => Self::Basic(credential),
        }
    }

    /// Returns whether the request tries to authenticate, by any scheme and however malformed.
    pub(crate) fn is_present(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Bearer(token) => !token.is_empty(),
            Self::Basic(_) | Self::UnknownScheme | Self::Duplicate => true,
        }
    }
}

fn decode_basic(parameter: &[u8]) -> Option<BasicCredentials> {
    let bytes = Zeroizing::new(ANY_PADDING.decode(parameter).ok()?);
    let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(BasicCredentials { user: Zeroizing::new(user.to_owned()), password: Zeroizing::new(password.to_owned()) })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_header_makes_the_parser_panic(value in prop::collection::vec(any::<u8>(), 0..200)) {
            for scheme in [&b""[..], b"Basic ", b"Bearer "] {
                let _ = Authorization::from_value(&[scheme, &value].concat());
            }
        }

        #[test]
        fn basic_credentials_round_trip(user in "[^:]{1,60}", password in any::<String>()) {
            let value = format!("Basic {}", ANY_PADDING.encode(format!("{user}:{password}")));
            let Authorization::Basic(Some(credential)) = presented(value.as_bytes()) else {
                return Err(TestCaseError::fail("no credential"));
            };
            prop_assert_eq!((credential.user.as_str(), credential.password.as_str()), (user.as_str(), password.as_str()));
        }

        #[test]
        fn bearer_tokens_round_trip(token in "[!-~]{1,200}") {
            let read = presented(format!("Bearer {token}").as_bytes());
            prop_assert!(matches!(read, Authorization::Bearer(read) if *read == token));
        }
    }

    fn presented(value: &[u8]) -> Authorization {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        Authorization::from_headers(&headers)
    }

    #[test]
    fn the_scheme_is_case_insensitive_and_padding_is_optional() {
        for value in ["Basic YTpi", "basic YTpi", "BASIC  YTpi"] {
            let Authorization::Basic(Some(credential)) = presented(value.as_bytes()) else { panic!("{value}") };
            assert_eq!((credential.user.as_str(), credential.password.as_str()), ("a", "b"));
        }
        for value in ["Basic YTo=", "Basic YTo"] {
            assert!(
                matches!(presented(value.as_bytes()), Authorization::Basic(Some(c)) if c.password.is_empty()),
                "{value}"
            );
        }
        assert!(matches!(presented(b"bearer abc"), Authorization::Bearer(token) if *token == "abc"));
    }

    #[test]
    fn undecodable_values_are_not_credentials() {
        for value in [&b"Basic !!!"[..], b"Basic YWI=", b"Basic /w==", b"Basic \xff\xfe", "Basic ä".as_bytes()] {
            assert!(matches!(presented(value), Authorization::Basic(None)), "{value:?}");
        }
        for value in [&b"Bearer"[..], b"Bearer ", b"Bearer \xff\xfe", "Bearer ä".as_bytes()] {
            assert!(matches!(presented(value), Authorization::Bearer(token) if *token != "ok"), "{value:?}");
        }
        for value in [&b"Digest x"[..], b"x", b"\xff\xfe", b"Bearer\xff x"] {
            assert!(matches!(presented(value), Authorization::UnknownScheme), "{value:?}");
        }
    }

    #[test]
    fn a_header_without_a_credential_counts_as_absent() {
        for value in ["", " ", "\t ", "Basic", "basic ", "Basic \t", "Basic Og==", "Basic Og"] {
            assert!(matches!(presented(value.as_bytes()), Authorization::Absent), "{value:?}");
        }
        for value in ["Bearer", "bearer "] {
            assert!(!presented(value.as_bytes()).is_present(), "{value:?}");
        }
        for value in ["Basic !", "Basic YTo=", "Basic OmE=", "Bearer x", "Digest", "x"] {
            assert!(presented(value.as_bytes()).is_present(), "{value:?}");
        }
    }

    #[test]
    fn two_headers_are_a_duplicate_and_an_empty_one_is_ignored() {
        let presented = |values: [&'static str; 2]| {
            let values = values.map(|value| (AUTHORIZATION, HeaderValue::from_static(value)));
            Authorization::from_headers(&HeaderMap::from_iter(values))
        };
        assert!(matches!(presented(["Bearer a", "Bearer b"]), Authorization::Duplicate));
        for values in [["Bearer a", ""], [" ", "Bearer a"]] {
            assert!(matches!(presented(values), Authorization::Bearer(token) if *token == "a"), "{values:?}");
        }
        assert!(matches!(presented(["", " "]), Authorization::Absent));
    }
}
