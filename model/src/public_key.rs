//! The public key by which an OAuth client authenticates itself (`private_key_jwt`, RFC 7523), as a JWK (RFC 7517).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use thiserror::Error;

/// Why a JWK was not taken. The texts stand at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPublicKey {
    /// It is no JSON object with a `kty`.
    #[error("Enter a public key as a JWK: a JSON object that begins with {{\"kty\":.")]
    NotJwk,
    /// It holds a private key, which nobody but the client should ever have.
    #[error("This is a private key. Keep it to the client, and enter its public half: the JWK without \"d\".")]
    Private,
    /// Of a type, or on a curve, that assertions are not verified with.
    #[error("Use a key of the type EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits.")]
    Unsupported,
    /// A member that should be there, and encode a number of a certain length.
    #[error("The key is incomplete or damaged.")]
    Damaged,
}

/// A JWK as it travels: its members that matter here; others are ignored (RFC 7517 §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "RFC 7518 §6 and RFC 8037 §2 say what each member is")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Jwk {
    pub kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Whether it holds `d`, which only a private key does. What that is, is not kept.
    #[serde(default, skip_serializing, rename = "d", deserialize_with = "is_there")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub is_private: bool,
}

/// A public key that client assertions can be verified with. It is of the right shape; whether its point is on the
/// curve shows when it verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// For ES256: the coordinates on P-256 (RFC 7518 §6.2.1), each 32 bytes in base64url.
    P256 {
        /// The first coordinate.
        x: String,
        /// The second coordinate.
        y: String,
    },
    /// For `EdDSA`: 32 bytes in base64url (RFC 8037 §2).
    Ed25519 {
        /// The key itself.
        x: String,
    },
    /// For RS256 and PS256 (RFC 7518 §6.3.1).
    Rsa {
        /// The modulus, 2048 to 4096 bits in base64url.
        n: String,
        /// The exponent in base64url.
        e: String,
    },
}

impl PublicKey {
    /// What people call keys of this kind.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::P256 { .. } => "P-256, for ES256",
            Self::Ed25519 { .. } => "Ed25519, for EdDSA",
            Self::Rsa { .. } => "RSA, for RS256 and PS256",
        }
    }
}

impl TryFrom<&Jwk> for PublicKey {
    type Error = InvalidPublicKey;

    fn try_from(jwk: &Jwk) -> Result<Self, InvalidPublicKey> {
        if jwk.is_private {
            return Err(InvalidPublicKey::Private);
        }
        match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                Ok(Self::P256 { x: number(jwk.x.as_ref(), 32..=32)?, y: number(jwk.y.as_ref(), 32..=32)? })
            }
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519 { x: number(jwk.x.as_ref(), 32..=32)? }),
            ("RSA", None) => Ok(Self::Rsa { n: number(jwk.n.as_ref(), 256..=512)?, e: number(jwk.e.as_ref(), 1..=4)? }),
            _ => Err(InvalidPublicKey::Unsupported),
        }
    }
}

impl std::str::FromStr for PublicKey {
    type Err = InvalidPublicKey;

    /// Parses a JWK's JSON.
    fn from_str(text: &str) -> Result<Self, InvalidPublicKey> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| InvalidPublicKey::NotJwk)?;
        Self::try_from(&jwk)
    }
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        let of = |kty: &str, crv: Option<&str>| Self {
            kty: kty.to_owned(),
            crv: crv.map(str::to_owned),
            x: None,
            y: None,
            n: None,
            e: None,
            is_private: false,
        };
        match key {
            PublicKey::P256 { x, y } => Self { x: Some(x), y: Some(y), ..of("EC", Some("P-256")) },
            PublicKey::Ed25519 { x } => Self { x: Some(x), ..of("OKP", Some("Ed25519")) },
            PublicKey::Rsa { n, e } => Self { n: Some(n), e: Some(e), ..of("RSA", None) },
        }
    }
}

fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// A number in base64url (RFC 7518 §2) of so many bytes.
fn number(member: Option<&String>, bytes: std::ops::RangeInclusive<usize>) -> Result<String, InvalidPublicKey> {
    let text = member.ok_or(InvalidPublicKey::Damaged)?;
    let number = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidPublicKey::Damaged)?;
    if bytes.contains(&number.len()) { Ok(text.to_owned()) } else { Err(InvalidPublicKey::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515, appendix A.3.1.
    const P256: &str = r#"{"kty":"EC","crv":"P-256","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    /// RFC 8037, appendix A.2.
    const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn the_keys_of_the_rfcs_are_read_and_written_back() {
        for (text, label) in [(P256, "P-256, for ES256"), (ED25519, "Ed25519, for EdDSA")] {
            let key: PublicKey = text.parse().unwrap();
            assert_eq!(key.label(), label);
            assert_eq!(PublicKey::try_from(&Jwk::from(key.clone())), Ok(key));
        }
    }

    #[test]
    fn an_rsa_key_has_a_modulus_of_2048_to_4096_bits() {
        let of = |bytes: usize| {
            let n = BASE64_URL_SAFE_NO_PAD.encode(vec![0xC5; bytes]);
            format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB"}}"#).parse::<PublicKey>()
        };
        assert!(matches!(of(256), Ok(PublicKey::Rsa { .. })));
        assert!(of(512).is_ok());
        assert_eq!(of(255), Err(InvalidPublicKey::Damaged));
        assert_eq!(of(513), Err(InvalidPublicKey::Damaged));
    }

    #[test]
    fn a_private_key_is_refused_and_never_shown() {
        let private = ED25519.replace('}', r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
        assert_eq!(private.parse::<PublicKey>(), Err(InvalidPublicKey::Private));
        let jwk: Jwk = serde_json::from_str(&private).unwrap();
        assert!(!format!("{jwk:?}").contains("nWGx") && !serde_json::to_string(&jwk).unwrap().contains("nWGx"));
    }

    #[test]
    fn what_cannot_verify_an_assertion_is_refused() {
        for (text, why) in [
            ("", InvalidPublicKey::NotJwk),
            ("[]", InvalidPublicKey::NotJwk),
            ("{}", InvalidPublicKey::NotJwk),
            ("-----BEGIN PUBLIC KEY-----", InvalidPublicKey::NotJwk),
            (r#"{"kty":"oct","k":"AAAA"}"#, InvalidPublicKey::Unsupported),
            (&P256.replace("P-256", "P-384"), InvalidPublicKey::Unsupported),
            (r#"{"kty":"EC","crv":"P-256","x":"AAAA"}"#, InvalidPublicKey::Damaged),
            (&ED25519.replace("11q", "=="), InvalidPublicKey::Damaged),
        ] {
            assert_eq!(text.parse::<PublicKey>(), Err(why), "{text}");
        }
    }
}
