use aws_lc_rs::digest;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, Header, Validation, decode};
use latchkey_model::timestamp::Timestamp;
use latchkey_store::signing_keys::SigningKeyRow;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{algorithm::SigningAlgorithm, error::SigningFailed, no_key::NoKey, signer::Signer};
use crate::crypto::sealing::{SealingKey, SealingKeys};

/// The `typ` of an access token (RFC 9068 §2.1).
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// An opened key pair.
pub(super) struct SigningKey {
    /// The `kid`: the key's thumbprint (RFC 7638).
    pub(super) id: String,
    pub(super) algorithm: SigningAlgorithm,
    pub(super) signs_from: Timestamp,
    /// The encoded header of the tokens that it signs.
    header: String,
    signs: Signer,
    verifies: DecodingKey,
    /// The JWK of the public key (RFC 7517 §4).
    pub(super) public: Value,
}

impl SigningKey {
    /// Opens a stored key. Only what the seal covers is trusted: the public key is derived from
    /// the private key.
    ///
    /// # Errors
    /// [`NoKey`] says why the row is not a key.
    pub(super) fn open(row: &SigningKeyRow, sealing: &SealingKeys) -> Result<Self, NoKey> {
        let algorithm: SigningAlgorithm = row.algorithm.parse().map_err(|_| NoKey::Algorithm)?;
        let private = sealing.open(&row.sealed_private_key, &seal_context(row)).ok_or(NoKey::Seal)?;
        let signs = Signer::read(algorithm, &private).ok_or(NoKey::PrivateKey)?;
        let public_half = signs.public_half().ok_or(NoKey::PrivateKey)?;
        if thumbprint(&public_half) != row.id {
            return Err(NoKey::Thumbprint);
        }
        Self::new(row, algorithm, signs, &public_half).ok_or(NoKey::PrivateKey)
    }

    fn new(row: &SigningKeyRow, algorithm: SigningAlgorithm, signs: Signer, public_half: &str) -> Option<Self> {
        let mut public: Value = serde_json::from_str(public_half).ok()?;
        let verifies = decoding_key(algorithm, &public)?;
        let header = Header {
            typ: Some(ACCESS_TOKEN_TYPE.to_owned()),
            kid: Some(row.id.clone()),
            ..Header::new(algorithm.jwt_algorithm())
        };
        let header = base64url(&serde_json::to_vec(&header).ok()?);
        let published = public.as_object_mut()?;
        published.insert("kid".to_owned(), json!(row.id));
        published.insert("alg".to_owned(), json!(algorithm.name()));
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

    /// Returns the claims of a token that this key signed for an issuer. The algorithm is the key's, whatever the token's
    /// header says (RFC 8725 §3.1).
    pub(super) fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        let mut validation = Validation::new(self.algorithm.jwt_algorithm());
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer]);
        decode(token, &self.verifies, &validation).ok().map(|token| token.claims)
    }

    /// Signs a token with any header and claims.
    #[cfg(test)]
    pub(super) fn sign_unchecked(&self, header: &Value, claims: &Value) -> String {
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

/// Returns the data that a key's seal covers in addition to the key: a row with another ID, algorithm or date cannot be opened.
fn seal_context(row: &SigningKeyRow) -> String {
    let SigningKeyRow { id, algorithm, created_at, signs_from, .. } = row;
    format!("latchkey signing key\n{id}\n{algorithm}\n{}\n{}", created_at.0, signs_from.0)
}

/// Creates a key pair, and seals its private key.
pub(super) fn make(
    algorithm: SigningAlgorithm,
    sealing: &SealingKeys,
    now: Timestamp,
    signs_from: Timestamp,
) -> Option<SigningKeyRow> {
    let private = Signer::make(algorithm)?;
    let public_half = Signer::read(algorithm, &private)?.public_half()?;
    let mut row = SigningKeyRow {
        id: thumbprint(&public_half),
        algorithm: algorithm.name().to_owned(),
        sealed_private_key: String::new(),
        created_at: now,
        signs_from,
    };
    row.sealed_private_key = sealing.seal(&private, &seal_context(&row))?;
    Some(row)
}

/// Returns the private key of a row under another seal; `None` if the key `from` does not open it.
pub(super) fn resealed(row: &SigningKeyRow, from: &SealingKey, to: &SealingKeys) -> Option<String> {
    let context = seal_context(row);
    to.seal(&from.open(&row.sealed_private_key, &context)?, &context)
}

/// Returns the thumbprint of a public key (RFC 7638), which is its `kid`.
fn thumbprint(public_half: &str) -> String {
    base64url(digest::digest(&digest::SHA256, public_half.as_bytes()).as_ref())
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealing(byte: u8) -> SealingKeys {
        SealingKey::from_bytes([byte; 32]).into()
    }

    fn rows() -> impl Iterator<Item = SigningKeyRow> {
        let algorithms = [SigningAlgorithm::Es256, SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256];
        algorithms.into_iter().map(|algorithm| make(algorithm, &sealing(7), Timestamp(1), Timestamp(2)).unwrap())
    }

    #[test]
    fn a_row_opens_only_unchanged() {
        for row in rows() {
            let open = |row: SigningKeyRow| SigningKey::open(&row, &sealing(7)).err();
            let same = || SigningKeyRow {
                id: row.id.clone(),
                algorithm: row.algorithm.clone(),
                sealed_private_key: row.sealed_private_key.clone(),
                ..row
            };
            assert_eq!(open(same()), None);
            for changed in [
                SigningKeyRow { id: "another".to_owned(), ..same() },
                SigningKeyRow { created_at: Timestamp(0), ..same() },
                SigningKeyRow { signs_from: Timestamp(3), ..same() },
                SigningKeyRow { sealed_private_key: "AAAA".to_owned(), ..same() },
            ] {
                assert_eq!(open(changed), Some(NoKey::Seal));
            }
            for other in ["ES256", "EdDSA", "RS256"].into_iter().filter(|name| *name != row.algorithm) {
                let changed = SigningKeyRow { algorithm: other.to_owned(), ..same() };
                assert_eq!(open(changed), Some(NoKey::Seal), "{other}");
            }
            let unknown = SigningKeyRow { algorithm: "HS256".to_owned(), ..same() };
            assert_eq!(open(unknown), Some(NoKey::Algorithm));
            assert_eq!(SigningKey::open(&row, &sealing(8)).err(), Some(NoKey::Seal));
        }
    }

    #[test]
    fn a_seal_of_something_else_is_not_a_key() {
        for mut row in rows() {
            row.sealed_private_key = sealing(7).seal(b"no key", &seal_context(&row)).unwrap();
            assert_eq!(SigningKey::open(&row, &sealing(7)).err(), Some(NoKey::PrivateKey));
            let other = make(row.algorithm.parse().unwrap(), &sealing(7), Timestamp(1), Timestamp(2)).unwrap();
            let private = sealing(7).open(&other.sealed_private_key, &seal_context(&other)).unwrap();
            row.sealed_private_key = sealing(7).seal(&private, &seal_context(&row)).unwrap();
            assert_eq!(SigningKey::open(&row, &sealing(7)).err(), Some(NoKey::Thumbprint), "another key's ID");
        }
    }

    #[test]
    fn the_published_key_verifies_signatures_of_the_private_key() {
        for row in rows() {
            let key = SigningKey::open(&row, &sealing(7)).unwrap();
            let claims = json!({ "iss": "i", "sub": "s", "aud": "a", "exp": 1 });
            let token = key.sign(&claims).unwrap();
            let published = decoding_key(key.algorithm, &key.public).unwrap();
            let (message, signature) = token.rsplit_once('.').unwrap();
            let algorithm = key.algorithm.jwt_algorithm();
            assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &published, algorithm).unwrap());
            assert_eq!(key.public["kid"], json!(row.id));
        }
    }
}
