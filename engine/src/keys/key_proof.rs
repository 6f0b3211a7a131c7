use latchkey_model::{
    access_key::CreateAccessKey,
    public_key::{Jwk, KEY_PROOF_TYPE, KeyProofClaims, PublicKey},
};
use thiserror::Error;

use crate::crypto::signed_jwt::SignedJwt;

/// The proof of possession is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the proof is not a JWT that this key has signed for this request and for this issuer")]
pub struct InvalidKeyProof;

/// Checks the proof that the registrant of a public key has its private half: a JWT with the public key in its header, signed for
/// one request to one issuer. Because the signature covers the key, no other key can be made that fits the signature.
///
/// # Errors
/// [`InvalidKeyProof`].
pub(super) fn check_key_proof(
    proof: &str,
    public: &PublicKey,
    request: &CreateAccessKey,
    issuer: &str,
) -> Result<(), InvalidKeyProof> {
    let jwt = SignedJwt::parse(proof).ok_or(InvalidKeyProof)?;
    let is_of_this_kind = jwt.header.typ.as_deref() == Some(KEY_PROOF_TYPE);
    let signed_key = jwt.header.jwk.as_ref().and_then(|jwk| serde_json::from_value::<Jwk>(jwk.clone()).ok());
    let signed_key = signed_key.and_then(|jwk| PublicKey::try_from(&jwk).ok());
    let claims: KeyProofClaims = serde_json::from_slice(&jwt.payload).map_err(|_| InvalidKeyProof)?;
    let is_of_request = request.request_id.as_ref() == Some(&claims.request_id) && claims.aud == issuer;
    if is_of_this_kind && signed_key.as_ref() == Some(public) && is_of_request && jwt.verify(public).is_ok() {
        Ok(())
    } else {
        Err(InvalidKeyProof)
    }
}
