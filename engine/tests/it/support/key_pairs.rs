//! Key pairs of clients, one function for each supported type.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_model::public_key::Jwk;
use serde_json::{Value, json};

/// A key pair of a client.
pub struct Pair {
    pub private: EncodingKey,
    pub public: Jwk,
    /// The public half as a `SubjectPublicKeyInfo`.
    pub public_der: Vec<u8>,
    pub algorithm: Algorithm,
}

pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub fn pair() -> Pair {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let public = json!({ "kty": "EC", "crv": "P-256", "x": base64url(&point[1..33]), "y": base64url(&point[33..]) });
    Pair {
        private: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
        public: serde_json::from_value(public).unwrap(),
        public_der: AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref().to_vec(),
        algorithm: Algorithm::ES256,
    }
}

pub fn ed25519_pair() -> Pair {
    let pair = Ed25519KeyPair::generate().unwrap();
    let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key().as_ref()) });
    Pair {
        private: EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref()),
        public: serde_json::from_value(public).unwrap(),
        public_der: AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref().to_vec(),
        algorithm: Algorithm::EdDSA,
    }
}

pub fn rsa_pair() -> Pair {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let pkcs8 = AsDer::<Pkcs8V1Der>::as_der(&pair).unwrap();
    let pkcs1 = pkcs8::PrivateKeyInfoRef::try_from(pkcs8.as_ref()).unwrap().private_key.as_bytes().to_vec();
    let modulus = pair.public_key().modulus().big_endian_without_leading_zero().to_vec();
    let exponent = pair.public_key().exponent().big_endian_without_leading_zero().to_vec();
    let public = json!({ "kty": "RSA", "n": base64url(&modulus), "e": base64url(&exponent) });
    Pair {
        private: EncodingKey::from_rsa_der(&pkcs1),
        public: serde_json::from_value(public).unwrap(),
        public_der: AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).unwrap().as_ref().to_vec(),
        algorithm: Algorithm::RS256,
    }
}

pub fn signed(pair: &Pair, claims: &Value) -> String {
    signed_by(pair, pair.algorithm, claims)
}

pub fn signed_by(pair: &Pair, algorithm: Algorithm, claims: &Value) -> String {
    encode(&Header::new(algorithm), claims, &pair.private).unwrap()
}
