use aws_lc_rs::{
    digest,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use thiserror::Error;

use super::sealing::SealingKey;
use crate::{
    Clock, StorageError,
    storage::{
        Storage,
        signing_keys::{self, SigningKeyRow},
    },
};

/// The `typ` of an access token (RFC 9068 §2.1).
const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Why tokens cannot be signed. Each is one clear line.
#[derive(Debug, Error)]
pub enum SigningKeysError {
    /// The sealing key is not the one that the signing keys were sealed under.
    #[error("the signing keys cannot be opened with this sealing key; give the one they were made with")]
    WrongSealingKey,
    /// The cryptography library refused.
    #[error("a signing key could not be made")]
    NotMade,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A token could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the token could not be signed")]
pub struct SigningFailed;

/// One key pair.
struct SigningKey {
    /// The `kid`: the key's thumbprint (RFC 7638).
    id: String,
    signs: EncodingKey,
    verifies: DecodingKey,
    public: Value,
}

/// All keys, the one that signs first.
pub(crate) struct SigningKeys {
    current: SigningKey,
    earlier: Vec<SigningKey>,
}

impl SigningKeys {
    /// Opens the stored keys; makes and seals the first if there is none.
    pub(crate) async fn open(
        storage: &Storage,
        sealing: &SealingKey,
        clock: &dyn Clock,
    ) -> Result<Self, SigningKeysError> {
        let mut change = storage.begin().await?;
        let mut rows = signing_keys::list(&mut change).await?;
        if rows.is_empty() {
            let row = make(sealing, clock).ok_or(SigningKeysError::NotMade)?;
            signing_keys::insert(&mut change, &row).await?;
            change.commit().await.map_err(StorageError::from)?;
            rows.push(row);
        }
        let mut keys =
            rows.iter().map(|row| SigningKey::open(row, sealing)).collect::<Option<Vec<_>>>().into_iter().flatten();
        let current = keys.next().ok_or(SigningKeysError::WrongSealingKey)?;
        Ok(Self { current, earlier: keys.collect() })
    }

    /// Signs the claims of an access token.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, SigningFailed> {
        let header = Header {
            typ: Some(ACCESS_TOKEN_TYPE.to_owned()),
            kid: Some(self.current.id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        encode(&header, claims, &self.current.signs).map_err(|_| SigningFailed)
    }

    /// The claims of an access token, if one of our keys signed it for this issuer and audience. Time is for the
    /// caller to judge, by the engine's clock. No key but ours counts, whatever the token's header offers.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str, audience: &str) -> Option<T> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE) {
            return None;
        }
        let id = header.kid?;
        let key = std::iter::once(&self.current).chain(&self.earlier).find(|key| key.id == id)?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        decode(token, &key.verifies, &validation).ok().map(|token| token.claims)
    }

    /// The public halves (RFC 7517 §5).
    pub(crate) fn public_set(&self) -> Value {
        let keys: Vec<_> = std::iter::once(&self.current).chain(&self.earlier).map(|key| &key.public).collect();
        json!({ "keys": keys })
    }
}

impl SigningKey {
    fn open(row: &SigningKeyRow, sealing: &SealingKey) -> Option<Self> {
        let private = sealing.open(&row.sealed_private_key, &row.id)?;
        let mut public: Value = serde_json::from_str(&row.public_key).ok()?;
        let coordinate = |name| public.get(name).and_then(Value::as_str).map(str::to_owned);
        let verifies = DecodingKey::from_ec_components(&coordinate("x")?, &coordinate("y")?).ok()?;
        let published = public.as_object_mut()?;
        published.insert("kid".to_owned(), json!(row.id));
        published.insert("alg".to_owned(), json!(row.algorithm));
        published.insert("use".to_owned(), json!("sig"));
        Some(Self { id: row.id.clone(), signs: EncodingKey::from_ec_der(&private), verifies, public })
    }
}

/// Makes an ES256 key pair and seals its private half.
fn make(sealing: &SealingKey, clock: &dyn Clock) -> Option<SigningKeyRow> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
    let private = pair.to_pkcs8v1().ok()?;
    // SEC 1 §2.3.3, uncompressed: 04, then both coordinates of 32 bytes.
    let (x, y) = pair.public_key().as_ref().get(1..65)?.split_at(32);
    let (x, y) = (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y));
    // RFC 7638 §3: the required members, in this order, without white space.
    let public_key = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let id = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, public_key.as_bytes()));
    let sealed_private_key = sealing.seal(private.as_ref(), &id)?;
    Some(SigningKeyRow { id, algorithm: "ES256".to_owned(), public_key, sealed_private_key, created_at: clock.now() })
}
