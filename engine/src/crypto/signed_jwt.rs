use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use latchkey_model::public_key::PublicKey;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::Value;
use thiserror::Error;

use super::public_key_check::check_public_key;

/// The parts of a JWT in the compact form of RFC 7515 §7.1. Nothing in it is verified yet.
///
/// The header is parsed here and not by the library, which does not support `Ed25519` (RFC 9864).
pub(crate) struct SignedJwt<'a> {
    pub(crate) header: JoseHeader,
    /// The JSON of the claims.
    pub(crate) payload: Vec<u8>,
    signing_input: &'a str,
    signature: &'a str,
}

/// The members of a header that are used here; others are ignored (RFC 7515 §4).
#[derive(Deserialize)]
pub(crate) struct JoseHeader {
    alg: String,
    pub(crate) typ: Option<String>,
    /// A key in the JWT. The JWT is never verified with it.
    pub(crate) jwk: Option<Value>,
    #[serde(default, rename = "crit", deserialize_with = "is_present")]
    has_critical_members: bool,
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum BadSignature {
    #[error("`crit` demands an extension, and no extension is supported")]
    Critical,
    #[error("`alg` is not an algorithm of the client's public key")]
    Algorithm,
    #[error("the client's public key is weak or damaged: others could sign with it")]
    WeakKey,
    #[error("the signature was not made with the client's key")]
    Signature,
}

impl<'a> SignedJwt<'a> {
    /// Parses a JWT. Returns `None` if the text is not one.
    pub(crate) fn parse(jwt: &'a str) -> Option<Self> {
        let (signing_input, signature) = jwt.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        let header = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        Some(Self { header, payload, signing_input, signature })
    }

    /// Checks that exactly this text was signed with the private key of a public key. The algorithm is one of the key's,
    /// whatever the header says (RFC 8725 §3.1).
    pub(crate) fn verify(&self, public: &PublicKey) -> Result<(), BadSignature> {
        if self.header.has_critical_members {
            return Err(BadSignature::Critical);
        }
        let algorithm = algorithm(public, &self.header.alg).ok_or(BadSignature::Algorithm)?;
        let key = match public {
            PublicKey::P256 { x, y } => DecodingKey::from_ec_components(x, y),
            PublicKey::Ed25519 { x } => DecodingKey::from_ed_components(x),
            PublicKey::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
        };
        let is_signed = key.and_then(|key| {
            jsonwebtoken::crypto::verify(self.signature, self.signing_input.as_bytes(), &key, algorithm)
        });
        if !is_signed.unwrap_or(false) {
            return Err(BadSignature::Signature);
        }
        // Last, because it takes as long as the signature, and anyone can send an unsigned text.
        check_public_key(public).map_err(|_| BadSignature::WeakKey)
    }
}

/// Returns the algorithm that a header names, if the key has it. RFC 9864 calls `EdDSA` with this curve `Ed25519`.
fn algorithm(public: &PublicKey, name: &str) -> Option<Algorithm> {
    if !public.algorithms().contains(&name) {
        return None;
    }
    match name {
        "ES256" => Some(Algorithm::ES256),
        "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        _ => None,
    }
}

fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}
