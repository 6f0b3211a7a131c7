//! The public key by which an OAuth client authenticates itself (`private_key_jwt`, RFC 7523), as a JWK (RFC 7517).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};
use thiserror::Error;

use crate::id::RequestId;

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
    /// Its `alg`, `use` or `key_ops` says that it is for something else.
    #[error(
        "This key is for something else. In a key that signs assertions, \"alg\" is ES256, EdDSA, Ed25519, RS256 or PS256 as \
         its type has it, \"use\" is \"sig\" and \"key_ops\" contains \"verify\", or they are left out."
    )]
    Purpose,
    /// An RSA exponent that FIPS 186-5, section 5.1, does not allow, or that is larger than libraries take.
    #[error("Use an RSA key whose exponent is odd, from 65537 to 32 bits.")]
    Exponent,
    /// Its numbers let others sign.
    #[error("This key is weak: others could sign with it. Make another key pair.")]
    Weak,
    /// A member is missing, or is not a number as the standard writes it.
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
    /// What the key is meant to be used with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// What the key is meant for.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
    /// What may be done with the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_ops: Option<Vec<String>>,
    /// Whether it holds what only a private or a secret key does. What that is, is not kept.
    #[serde(flatten, skip_serializing, deserialize_with = "has_private_members")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub is_private: bool,
}

/// A public key that client assertions can be verified with. It is of the right shape; whether its point is on the
/// curve, the engine checks.
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

impl PublicKey {
    /// The algorithms of keys of this kind, by their names in a header (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
    #[must_use]
    pub const fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::P256 { .. } => &["ES256"],
            Self::Ed25519 { .. } => &["EdDSA", "Ed25519"],
            Self::Rsa { .. } => &["RS256", "PS256"],
        }
    }

    /// Reads a key as it was stored. It may have been stored before today's rules.
    ///
    /// # Errors
    /// [`InvalidPublicKey`]: the text has not the shape of a key.
    pub fn from_stored(text: &str) -> Result<Self, InvalidPublicKey> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| InvalidPublicKey::NotJwk)?;
        Self::of_shape(&jwk)
    }

    fn of_shape(jwk: &Jwk) -> Result<Self, InvalidPublicKey> {
        match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                Ok(Self::P256 { x: number(jwk.x.as_ref(), 32..=32)?, y: number(jwk.y.as_ref(), 32..=32)? })
            }
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519 { x: number(jwk.x.as_ref(), 32..=32)? }),
            ("RSA", None) => Ok(Self::Rsa { n: number(jwk.n.as_ref(), 256..=512)?, e: number(jwk.e.as_ref(), 1..=4)? }),
            _ => Err(InvalidPublicKey::Unsupported),
        }
    }

    /// Checks the numbers of an RSA key, as far as that needs no arithmetic: FIPS 186-5, section 5.1.
    ///
    /// # Errors
    /// [`InvalidPublicKey`]: an exponent that is even or below 65537, or a modulus that is even or of another size.
    pub fn check_numbers(&self) -> Result<(), InvalidPublicKey> {
        let Self::Rsa { n, e } = self else { return Ok(()) };
        let (n, e) = (decoded(n)?, decoded(e)?);
        let exponent = e.iter().fold(0_u64, |exponent, byte| exponent << 8 | u64::from(*byte));
        if exponent < 65_537 || exponent % 2 == 0 {
            return Err(InvalidPublicKey::Exponent);
        }
        // RFC 7518 §2: no zero byte in front.
        let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
        if n.first() == Some(&0) || e.first() == Some(&0) || !(2048..=4096).contains(&bits) {
            return Err(InvalidPublicKey::Damaged);
        }
        if n.last().is_none_or(|last| last % 2 == 0) { Err(InvalidPublicKey::Weak) } else { Ok(()) }
    }

    /// Whether a JWK's own words allow to verify signatures with it (RFC 7517 §4.2 to §4.4).
    fn is_meant_for_this(&self, jwk: &Jwk) -> bool {
        jwk.alg.as_deref().is_none_or(|algorithm| self.algorithms().contains(&algorithm))
            && jwk.public_key_use.as_deref().is_none_or(|usage| usage == "sig")
            && jwk.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|operation| operation == "verify"))
    }
}

impl TryFrom<&Jwk> for PublicKey {
    type Error = InvalidPublicKey;

    fn try_from(jwk: &Jwk) -> Result<Self, InvalidPublicKey> {
        if jwk.is_private && jwk.kty != "oct" {
            return Err(InvalidPublicKey::Private);
        }
        let key = Self::of_shape(jwk)?;
        if !key.is_meant_for_this(jwk) {
            return Err(InvalidPublicKey::Purpose);
        }
        key.check_numbers()?;
        Ok(key)
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
            alg: None,
            public_key_use: None,
            key_ops: None,
            is_private: false,
        };
        match key {
            PublicKey::P256 { x, y } => Self { x: Some(x), y: Some(y), ..of("EC", Some("P-256")) },
            PublicKey::Ed25519 { x } => Self { x: Some(x), ..of("OKP", Some("Ed25519")) },
            PublicKey::Rsa { n, e } => Self { n: Some(n), e: Some(e), ..of("RSA", None) },
        }
    }
}

/// Looks for the members that RFC 7518 §6 and RFC 8037 §2 keep for private and secret keys.
fn has_private_members<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = bool;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("the members of a JWK")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
            let mut is_private = false;
            while let Some((name, IgnoredAny)) = members.next_entry::<String, IgnoredAny>()? {
                is_private |= matches!(name.as_str(), "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k");
            }
            Ok(is_private)
        }
    }

    deserializer.deserialize_map(Members)
}

fn decoded(number: &str) -> Result<Vec<u8>, InvalidPublicKey> {
    BASE64_URL_SAFE_NO_PAD.decode(number).map_err(|_| InvalidPublicKey::Damaged)
}

/// A number in base64url (RFC 7518 §2) of so many bytes.
fn number(member: Option<&String>, bytes: std::ops::RangeInclusive<usize>) -> Result<String, InvalidPublicKey> {
    let text = member.ok_or(InvalidPublicKey::Damaged)?;
    if bytes.contains(&decoded(text)?.len()) { Ok(text.to_owned()) } else { Err(InvalidPublicKey::Damaged) }
}

/// The `typ` of the JWT by which a browser or a script proves that it has the private half of a key that it registers.
pub const KEY_PROOF_TYPE: &str = "latchkey-key-proof+jwt";

/// What such a JWT claims: it is good for one request to one issuer. Its header holds the public key as `jwk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProofClaims {
    /// The issuer: where the key is registered.
    pub aud: String,
    /// The request that registers the key.
    pub request_id: RequestId,
}

/// What is to be signed for a proof of an ES256 key: a header and claims, encoded.
#[must_use]
pub fn unsigned_key_proof(public: &Jwk, claims: &KeyProofClaims) -> Option<String> {
    let part = |json: String| BASE64_URL_SAFE_NO_PAD.encode(json);
    let jwk = serde_json::to_string(public).ok()?;
    let header = format!(r#"{{"typ":"{KEY_PROOF_TYPE}","alg":"ES256","jwk":{jwk}}}"#);
    Some(format!("{}.{}", part(header), part(serde_json::to_string(claims).ok()?)))
}

/// The proof: what was signed, and the signature (RFC 7515 §7.1).
#[must_use]
pub fn signed_key_proof(unsigned: &str, signature: &[u8]) -> String {
    format!("{unsigned}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
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

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, InvalidPublicKey> {
        let (n, e) = (BASE64_URL_SAFE_NO_PAD.encode(modulus), BASE64_URL_SAFE_NO_PAD.encode(exponent));
        format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#).parse()
    }

    #[test]
    fn the_numbers_of_an_rsa_key_are_those_that_fips_allows() {
        let modulus = |first: u8, last: u8, bytes: usize| {
            let mut modulus = vec![0xC5; bytes];
            modulus[0] = first;
            modulus[bytes - 1] = last;
            modulus
        };
        let good = modulus(0x80, 0x01, 256);
        assert!(rsa(&good, &[1, 0, 1]).is_ok());
        assert!(rsa(&good, &[0xFF, 0xFF, 0xFF, 0xFF]).is_ok());
        for exponent in [&[0][..], &[1], &[2], &[3], &[17], &[0xFF, 0xFF], &[1, 0, 0]] {
            assert_eq!(rsa(&good, exponent), Err(InvalidPublicKey::Exponent), "{exponent:?}");
        }
        assert_eq!(rsa(&good, &[1, 0, 0, 0, 1]), Err(InvalidPublicKey::Damaged));
        assert_eq!(rsa(&good, &[0, 1, 0, 1]), Err(InvalidPublicKey::Damaged), "zeros in front");
        assert_eq!(rsa(&modulus(0x7F, 0x01, 256), &[1, 0, 1]), Err(InvalidPublicKey::Damaged), "2047 bits");
        assert_eq!(rsa(&modulus(0, 0x01, 257), &[1, 0, 1]), Err(InvalidPublicKey::Damaged), "zeros in front");
        assert_eq!(rsa(&modulus(0x80, 0x02, 256), &[1, 0, 1]), Err(InvalidPublicKey::Weak), "even");
        let stored = format!(r#"{{"kty":"RSA","n":"{}","e":"AQ"}}"#, BASE64_URL_SAFE_NO_PAD.encode(&good));
        assert!(PublicKey::from_stored(&stored).is_ok(), "a list must show it; no signature of it counts");
    }

    #[test]
    fn a_key_for_something_else_is_refused() {
        let ed25519 = |more: &str| ED25519.replace('}', &format!(",{more}}}")).parse::<PublicKey>();
        let p256 = |more: &str| {
            P256.replace(r#""use":"sig""#, r#""kid":"1""#)
                .replace("a0\"}", &format!("a0\",{more}}}"))
                .parse::<PublicKey>()
        };
        for good in
            [r#""alg":"EdDSA""#, r#""alg":"Ed25519""#, r#""use":"sig""#, r#""key_ops":["verify"]"#, r#""kid":"1""#]
        {
            assert!(ed25519(good).is_ok(), "{good}");
        }
        assert!(p256(r#""alg":"ES256","use":"sig","key_ops":["verify"]"#).is_ok());
        for other in [
            r#""alg":"ES256""#,
            r#""alg":"HS256""#,
            r#""alg":"none""#,
            r#""alg":"Ed448""#,
            r#""alg":"ECDH-ES""#,
            r#""use":"enc""#,
            r#""use":"""#,
            r#""key_ops":[]"#,
            r#""key_ops":["sign"]"#,
            r#""key_ops":["deriveKey"]"#,
        ] {
            assert_eq!(ed25519(other), Err(InvalidPublicKey::Purpose), "{other}");
        }
        for other in [r#""alg":"EdDSA""#, r#""alg":"ES384""#, r#""alg":"RS256""#] {
            assert_eq!(p256(other), Err(InvalidPublicKey::Purpose), "{other}");
        }
    }

    #[test]
    fn a_private_key_is_refused_and_never_shown() {
        let private = ED25519.replace('}', r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
        assert_eq!(private.parse::<PublicKey>(), Err(InvalidPublicKey::Private));
        let jwk: Jwk = serde_json::from_str(&private).unwrap();
        assert!(!format!("{jwk:?}").contains("nWGx") && !serde_json::to_string(&jwk).unwrap().contains("nWGx"));
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            let private = ED25519.replace('}', &format!(r#","{member}":"AAAA","kid":"1"}}"#));
            assert_eq!(private.parse::<PublicKey>(), Err(InvalidPublicKey::Private), "{member}");
        }
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
