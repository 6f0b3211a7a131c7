//! Key pairs that the browser creates by the Web Cryptography API. The private key is never sent anywhere.

use js_sys::{Array, Object, Reflect, Uint8Array};
use latchkey_model::{
    public_key::{Jwk, KeyProofClaims, signed_key_proof, unsigned_key_proof},
    redacted::Secret,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

/// A key pair for ES256 (RFC 7518 §3.4).
#[derive(Debug)]
pub struct KeyPair {
    /// The public key, which is sent to the server.
    pub public: Jwk,
    /// The private key as the JSON of a JWK. Only the client may ever have it.
    pub private: Secret,
    /// The proof of possession of the private key.
    pub proof: String,
}

/// Whether this page can create key pairs: only pages over HTTPS or of localhost can (Secure Contexts).
#[must_use]
pub fn is_offered() -> bool {
    subtle().is_some()
}

/// Creates a key pair and its proof of possession for a request. Returns `None` if the browser refuses.
pub async fn generate(claims: &KeyProofClaims) -> Option<KeyPair> {
    let subtle = subtle()?;
    let algorithm = object(&[("name", "ECDSA"), ("namedCurve", "P-256")])?;
    let usages = Array::of2(&"sign".into(), &"verify".into());
    let pair = JsFuture::from(subtle.generate_key_with_object(&algorithm, true, &usages).ok()?).await.ok()?;
    let private_key = Reflect::get(&pair, &"privateKey".into()).ok()?.dyn_into::<CryptoKey>().ok()?;
    let jwk = JsFuture::from(subtle.export_key("jwk", &private_key).ok()?).await.ok()?;
    let member = |name: &str| Reflect::get(&jwk, &name.into()).ok()?.as_string();
    let (x, y, d) = (member("x")?, member("y")?, Zeroizing::new(member("d")?));
    let private = format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","d":"{}","alg":"ES256"}}"#, *d);
    let public = Jwk {
        kty: "EC".to_owned(),
        crv: Some("P-256".to_owned()),
        x: Some(x),
        y: Some(y),
        n: None,
        e: None,
        alg: None,
        public_key_use: None,
        key_ops: None,
        is_private: false,
    };
    let unsigned = unsigned_key_proof(&public, claims)?;
    let signature = sign(&subtle, &private_key, &unsigned).await?;
    let proof = signed_key_proof(&unsigned, &signature);
    Some(KeyPair { public, private: Secret::from(private), proof })
}

/// Signs a text, in the form of RFC 7518 §3.4.
async fn sign(subtle: &SubtleCrypto, private_key: &CryptoKey, text: &str) -> Option<Vec<u8>> {
    let algorithm = object(&[("name", "ECDSA"), ("hash", "SHA-256")])?;
    let signing = subtle.sign_with_object_and_u8_array(&algorithm, private_key, text.as_bytes()).ok()?;
    Some(Uint8Array::new(&JsFuture::from(signing).await.ok()?).to_vec())
}

fn object(members: &[(&str, &str)]) -> Option<Object> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), &(*value).into()).ok()?;
    }
    Some(object)
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto: JsValue = super::window().crypto().ok()?.into();
    Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
}
