//! Key pairs made in the browser, by the Web Cryptography API: the private half is never sent anywhere.

use js_sys::{Array, Object, Reflect};
use latchkey_model::{public_key::Jwk, redacted::Secret};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

/// A key pair for ES256 (RFC 7518 §3.4).
#[derive(Debug)]
pub struct KeyPair {
    /// What the server may know.
    pub public: Jwk,
    /// A JWK's JSON. Nobody but the client should ever have it.
    pub private: Secret,
}

/// Whether this page can make key pairs: only pages of HTTPS and of localhost can (Secure Contexts).
#[must_use]
pub fn is_offered() -> bool {
    subtle().is_some()
}

/// Makes a key pair. `None` if the browser refuses.
pub async fn generate() -> Option<KeyPair> {
    let subtle = subtle()?;
    let algorithm = Object::new();
    for (name, value) in [("name", "ECDSA"), ("namedCurve", "P-256")] {
        Reflect::set(&algorithm, &name.into(), &value.into()).ok()?;
    }
    let usages = Array::of2(&"sign".into(), &"verify".into());
    let pair = JsFuture::from(subtle.generate_key_with_object(&algorithm, true, &usages).ok()?).await.ok()?;
    let private = Reflect::get(&pair, &"privateKey".into()).ok()?.dyn_into::<CryptoKey>().ok()?;
    let jwk = JsFuture::from(subtle.export_key("jwk", &private).ok()?).await.ok()?;
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
        is_private: false,
    };
    Some(KeyPair { public, private: Secret::from(private) })
}

fn subtle() -> Option<SubtleCrypto> {
    let crypto: JsValue = super::window().crypto().ok()?.into();
    Reflect::get(&crypto, &"subtle".into()).ok()?.dyn_into().ok()
}
