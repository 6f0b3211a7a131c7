use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::Jwk;
use crate::id::RequestId;

/// The `typ` of the JWT by which a browser or a script proves that it has the private key of a public key that it registers.
pub const KEY_PROOF_TYPE: &str = "latchkey-key-proof+jwt";

/// The claims of such a JWT, which is valid for one request to one issuer. Its header has the public key as `jwk`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProofClaims {
    /// The issuer: where the key is registered.
    pub aud: String,
    /// The request that registers the key.
    pub request_id: RequestId,
}

/// Returns the text to sign for the proof of an ES256 key: the encoded header and claims.
#[must_use]
pub fn unsigned_key_proof(public: &Jwk, claims: &KeyProofClaims) -> Option<String> {
    let part = |json: String| BASE64_URL_SAFE_NO_PAD.encode(json);
    let jwk = serde_json::to_string(public).ok()?;
    let header = format!(r#"{{"typ":"{KEY_PROOF_TYPE}","alg":"ES256","jwk":{jwk}}}"#);
    Some(format!("{}.{}", part(header), part(serde_json::to_string(claims).ok()?)))
}

/// Returns the proof: the signed text and the signature (RFC 7515 §7.1).
#[must_use]
pub fn signed_key_proof(unsigned: &str, signature: &[u8]) -> String {
    format!("{unsigned}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}
