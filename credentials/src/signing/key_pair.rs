use aws_lc_rs::{
    digest,
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, Header, Validation, decode};
use latchkey_model::timestamp::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{SigningAlgorithm, SigningFailed, sealing::SealingKey, signer::Signer};
use crate::storage::signing_keys::SigningKeyRow;

/// The `typ` of an access token (RFC 9068 §2.1).
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// A key pair, opened.
pub(super) struct SigningKey {
    /// The `kid`: the key's thumbprint (RFC 7638).
    pub(super) id: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) signs_from: Timestamp,
    /// The header of each token that it signs, encoded.
    header: String,
    signs: Signer,
    verifies: DecodingKey,
    /// The JWK of the public half (RFC 7517 §4).
    pub(super) public: Value,
}

impl SigningKey {
    /// Opens a stored key with the key that it is sealed under.
    pub(super) fn open(row: &SigningKeyRow, sealing: &SealingKey) -> Option<Self> {
        let private = sealing.open(&row.sealed_private_key, &row.id)?;
        let algorithm: SigningAlgorithm = row.algorithm.parse().ok()?;
        let mut public: Value = serde_json::from_str(&row.public_key).ok()?;
        let signs = Signer::read(algorithm, &private)?;
        let verifies = decoding_key(algorithm, &public)?;
        let header = Header {
            typ: Some(ACCESS_TOKEN_TYPE.to_owned()),
            kid: Some(row.id.clone()),
            ..Header::new(algorithm.of_token())
        };
        let header = base64url(&serde_json::to_vec(&header).ok()?);
        let published = public.as_object_mut()?;
        published.insert("kid".to_owned(), json!(row.id));
        published.insert("alg".to_owned(), json!(row.algorithm));
        published.insert("use".to_owned(), json!("sig"));
        Some(Self { id: row.id.clone(), algorithm, signs_from: row.signs_from, header, signs, verifies, public })
    }

    /// Signs the claims of an access token: the compact serialisation of RFC 7515 §7.1.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, SigningFailed> {
        let claims = serde_json::to_vec(claims).map_err(|_| SigningFailed)?;
        self.signed(format!("{}.{}", self.header, base64url(&claims))).ok_or(SigningFailed)
    }

    fn signed(&self, mut token: String) -> Option<String> {
        let signature = self.signs.sign(token.as_bytes())?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Some(token)
    }

    /// The claims of a token that this key signed for an issuer. The algorithm is the key's own, whatever the token's
    /// header says (RFC 8725 §3.1).
    pub(super) fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        let mut validation = Validation::new(self.algorithm.of_token());
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer]);
        decode(token, &self.verifies, &validation).ok().map(|token| token.claims)
    }

    /// A token of any header and any claims, with the signature that belongs to them.
    #[cfg(test)]
    pub(super) fn sign_as_it_is(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        self.signed(format!("{}.{}", part(header), part(claims))).unwrap()
    }
}

fn decoding_key(algorithm: SigningAlgorithm, public: &Value) -> Option<DecodingKey> {
    let member = |name| public.get(name).and_then(Value::as_str);
    match algorithm {
        SigningAlgorithm::Es256 => DecodingKey::from_ec_components(member("x")?, member("y")?),
        SigningAlgorithm::EdDsa => DecodingKey::from_ed_components(member("x")?),
        SigningAlgorithm::Rs256 => DecodingKey::from_rsa_components(member("n")?, member("e")?),
    }
    .ok()
}

/// Makes a key pair, and seals its private half.
pub(super) fn make(
    algorithm: SigningAlgorithm,
    sealing: &SealingKey,
    now: Timestamp,
    signs_from: Timestamp,
) -> Option<SigningKeyRow> {
    let (private, public_key) = match algorithm {
        SigningAlgorithm::Es256 => make_es256()?,
        SigningAlgorithm::EdDsa => make_ed_dsa()?,
        SigningAlgorithm::Rs256 => make_rs256()?,
    };
    let id = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, public_key.as_bytes()));
    let sealed_private_key = sealing.seal(&private, &id)?;
    Some(SigningKeyRow {
        id,
        algorithm: algorithm.name().to_owned(),
        public_key,
        sealed_private_key,
        created_at: now,
        signs_from,
    })
}

/// The private half in PKCS #8, and the public half as RFC 7638 §3 hashes it: the members that are required, in this
/// order, without white space.
type Made = (Zeroizing<Vec<u8>>, String);

fn make_es256() -> Option<Made> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
    let private = pair.to_pkcs8v1().ok()?;
    // SEC 1 §2.3.3, uncompressed: 04, then both coordinates of 32 bytes.
    let (x, y) = pair.public_key().as_ref().get(1..65)?.split_at(32);
    let public = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, base64url(x), base64url(y));
    Some((Zeroizing::new(private.as_ref().to_vec()), public))
}

fn make_ed_dsa() -> Option<Made> {
    let pair = Ed25519KeyPair::generate().ok()?;
    let private = pair.to_pkcs8v1().ok()?;
    let public = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url(pair.public_key().as_ref()));
    Some((Zeroizing::new(private.as_ref().to_vec()), public))
}

fn make_rs256() -> Option<Made> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
    let private = AsDer::<Pkcs8V1Der>::as_der(&pair).ok()?;
    let (exponent, modulus) = (pair.public_key().exponent(), pair.public_key().modulus());
    let (e, n) = (exponent.big_endian_without_leading_zero(), modulus.big_endian_without_leading_zero());
    let public = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url(e), base64url(n));
    Some((Zeroizing::new(private.as_ref().to_vec()), public))
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
