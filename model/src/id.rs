//! Identifiers. They name a thing and open nothing: an ID alone is never a credential.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access_key::Kind;

/// How many base62 characters stand behind the prefix of every identifier: 71 bits.
pub const RANDOM_LENGTH: usize = 12;

/// The text is not an identifier of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an identifier of this kind")]
pub struct InvalidId;

/// Defines an identifier: a prefix, an underscore and random digits, `$length` bytes in all. It is held in place, because a node
/// keeps one for each of its keys.
macro_rules! identifier {
    ($(#[$documentation:meta])* $name:ident, $length:literal, $($prefix:literal)|+) => {
        $(#[$documentation])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $length]);

        impl $name {
            /// Returns the identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // Parsing accepts ASCII only.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let (prefix, random) = text.split_once('_').ok_or(InvalidId)?;
                if matches!(prefix, $($prefix)|+) && is_random_part(random) {
                    text.as_bytes().try_into().map(Self).map_err(|_| InvalidId)
                } else {
                    Err(InvalidId)
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

identifier! {
    /// An access key's identifier, such as `oc_7Hq2mV9cXw4T` (OAuth client) or `ak_3KdZ8pRt61Yb` (API key).
    /// For an OAuth client it is the `client_id` of RFC 6749 §2.2.
    AccessKeyId, 15, "oc" | "ak"
}

identifier! {
    /// An organization's identifier, such as `org_7Hq2mV9cXw4T`.
    OrganizationId, 16, "org"
}

identifier! {
    /// An installation's identifier, such as `ins_7Hq2mV9cXw4T`: the same on all its nodes.
    InstallationId, 16, "ins"
}

impl InstallationId {
    /// The last eight characters: enough to tell apart the installations of one host.
    #[must_use]
    pub fn short(&self) -> &str {
        let text = self.as_str();
        &text[text.len() - 8..]
    }
}

identifier! {
    /// A member's identifier, such as `mem_7Hq2mV9cXw4T`.
    MemberId, 16, "mem"
}

impl AccessKeyId {
    /// The kind of key that the prefix tells.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.0.starts_with(b"oc_") { Kind::OAuthClient } else { Kind::ApiKey }
    }
}

fn is_random_part(text: &str) -> bool {
    text.len() == RANDOM_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A browser-made identifier of one creation, so that the same request sent twice makes one key:
/// 8 to 64 characters of `A-Z a-z 0-9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

impl RequestId {
    /// The identifier as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (8..=64).contains(&text.len()) && text.bytes().all(allowed) { Ok(Self(text)) } else { Err(InvalidId) }
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_key_id_tells_its_kind() {
        assert_eq!("oc_7Hq2mV9cXw4T".parse::<AccessKeyId>().unwrap().kind(), Kind::OAuthClient);
        assert_eq!("ak_7Hq2mV9cXw4T".parse::<AccessKeyId>().unwrap().kind(), Kind::ApiKey);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["", "oc_", "oc_short", "xx_7Hq2mV9cXw4T", "oc_7Hq2mV9cXw4T0", "oc_7Hq2mV9cXw4_", "oc_7Hq2mV9cXwé"]
        {
            assert!(text.parse::<AccessKeyId>().is_err(), "{text:?} was taken");
        }
        assert!("oc_7Hq2mV9cXw4T".parse::<MemberId>().is_err());
    }

    #[test]
    fn a_request_id_is_plain_and_bounded() {
        assert!(RequestId::try_from("9f0c-41_a".to_owned()).is_ok());
        for text in ["short", "with space", &"x".repeat(65)] {
            assert!(RequestId::try_from(text.to_owned()).is_err(), "{text:?} was taken");
        }
    }
}
