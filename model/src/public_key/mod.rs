//! The public key of an OAuth client that authenticates by `private_key_jwt` (RFC 7523), as a JWK (RFC 7517).

mod invalid;
mod jwk;
mod key_proof;
#[cfg(test)]
mod tests;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
pub use invalid::InvalidPublicKey;
pub use jwk::Jwk;
pub use key_proof::{KEY_PROOF_TYPE, KeyProofClaims, signed_key_proof, unsigned_key_proof};

/// A public key for verifying client assertions. Its form is valid; the engine checks whether its point is on the
/// curve.
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
    /// Returns the name of this type of key for people.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::P256 { .. } => "P-256, for ES256",
            Self::Ed25519 { .. } => "Ed25519, for EdDSA",
            Self::Rsa { .. } => "RSA, for RS256 and PS256",
        }
    }

    /// Returns the algorithms of this type of key, by their names in a header (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
    #[must_use]
    pub const fn algorithms(&self) -> &'static [&'static str] {
        match self {
            Self::P256 { .. } => &["ES256"],
            Self::Ed25519 { .. } => &["EdDSA", "Ed25519"],
            Self::Rsa { .. } => &["RS256", "PS256"],
        }
    }

    /// Parses a stored key. It may have been stored before today's rules existed.
    ///
    /// # Errors
    /// [`InvalidPublicKey`] if the text does not have the form of a key.
    pub fn from_stored(text: &str) -> Result<Self, InvalidPublicKey> {
        let jwk: Jwk = serde_json::from_str(text).map_err(|_| InvalidPublicKey::NotJwk)?;
        Self::from_jwk(&jwk)
    }

    fn from_jwk(jwk: &Jwk) -> Result<Self, InvalidPublicKey> {
        match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                Ok(Self::P256 { x: number(jwk.x.as_ref(), 32..=32)?, y: number(jwk.y.as_ref(), 32..=32)? })
            }
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519 { x: number(jwk.x.as_ref(), 32..=32)? }),
            ("RSA", None) => Ok(Self::Rsa { n: number(jwk.n.as_ref(), 256..=512)?, e: number(jwk.e.as_ref(), 1..=4)? }),
            _ => Err(InvalidPublicKey::Unsupported),
        }
    }

    /// Checks the numbers of an RSA key, as far as that is possible without arithmetic: FIPS 186-5, section 5.1.
    ///
    /// # Errors
    /// [`InvalidPublicKey`] if the exponent is even or below 65537, or the modulus is even or has another size.
    pub fn check_numbers(&self) -> Result<(), InvalidPublicKey> {
        let Self::Rsa { n, e } = self else { return Ok(()) };
        let (n, e) = (decoded(n)?, decoded(e)?);
        let exponent = e.iter().fold(0_u64, |exponent, byte| exponent << 8 | u64::from(*byte));
        if exponent < 65_537 || exponent % 2 == 0 {
            return Err(InvalidPublicKey::Exponent);
        }
        // RFC 7518 §2: no leading zero byte.
        let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
        if n.first() == Some(&0) || e.first() == Some(&0) || !(2048..=4096).contains(&bits) {
            return Err(InvalidPublicKey::Damaged);
        }
        if n.last().is_none_or(|last| last % 2 == 0) { Err(InvalidPublicKey::Weak) } else { Ok(()) }
    }

    /// Returns whether the members of a JWK allow verifying signatures with it (RFC 7517 §4.2 to §4.4).
    fn allows_verifying(&self, jwk: &Jwk) -> bool {
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
        let key = Self::from_jwk(jwk)?;
        if !key.allows_verifying(jwk) {
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
        let jwk = |kty: &str, crv: Option<&str>| Self {
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
            PublicKey::P256 { x, y } => Self { x: Some(x), y: Some(y), ..jwk("EC", Some("P-256")) },
            PublicKey::Ed25519 { x } => Self { x: Some(x), ..jwk("OKP", Some("Ed25519")) },
            PublicKey::Rsa { n, e } => Self { n: Some(n), e: Some(e), ..jwk("RSA", None) },
        }
    }
}

fn decoded(number: &str) -> Result<Vec<u8>, InvalidPublicKey> {
    BASE64_URL_SAFE_NO_PAD.decode(number).map_err(|_| InvalidPublicKey::Damaged)
}

/// Checks that a member is a number in base64url (RFC 7518 §2) with an allowed number of bytes.
fn number(member: Option<&String>, bytes: std::ops::RangeInclusive<usize>) -> Result<String, InvalidPublicKey> {
    let text = member.ok_or(InvalidPublicKey::Damaged)?;
    if bytes.contains(&decoded(text)?.len()) { Ok(text.to_owned()) } else { Err(InvalidPublicKey::Damaged) }
}
