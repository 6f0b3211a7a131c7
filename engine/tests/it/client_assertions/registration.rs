//! Registering a client's public key, with or without a proof of possession.

use latchkey_engine::keys::CreateAccessKeyError;
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, Kind},
    id::RequestId,
    public_key::{InvalidPublicKey, Jwk},
};
use serde_json::{Value, json};

use super::{claims as assertion_claims, is_accepted, with_key};
use crate::support::{
    ISSUER, Latchkey, creation,
    key_pairs::{self, Pair, base64url, ed25519_pair, pair, rsa_pair, signed},
};

on_both_databases! {
    a_key_proof_shows_possession_of_the_private_key
    an_unusable_public_key_creates_no_client
}

/// Returns a proof of possession with any header and claims.
fn key_proof(pair: &Pair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let unsigned = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(unsigned.as_bytes(), &pair.private, pair.algorithm).unwrap();
    format!("{unsigned}.{signature}")
}

async fn a_key_proof_shows_possession_of_the_private_key(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let create = async |public: &Jwk, proof: String, request_id: &str| {
        let request_id = Some(RequestId::try_from(request_id.to_owned()).unwrap());
        let request = CreateAccessKey { public_key_proof: Some(proof), request_id, ..with_key(public) };
        latchkey.engine.keys.create(&administrator, &request).await
    };
    for (number, pair) in [pair(), ed25519_pair(), rsa_pair()].iter().enumerate() {
        let foreign = [key_pairs::pair(), ed25519_pair(), rsa_pair()].into_iter().nth(number).unwrap();
        let request = format!("request-{number}");
        let name = format!("{:?}", pair.algorithm);
        let header = json!({ "typ": "latchkey-key-proof+jwt", "alg": name, "jwk": pair.public });
        let claims = json!({ "aud": ISSUER, "request_id": request });
        let with = |object: &Value, member: &str, value: Value| {
            let mut changed = object.clone();
            changed[member] = value;
            changed
        };
        for (what, proof) in [
            ("another key signed it", key_proof(&foreign, &header, &claims)),
            ("it is about another key", key_proof(pair, &with(&header, "jwk", json!(foreign.public)), &claims)),
            ("it is about no key", key_proof(pair, &with(&header, "jwk", json!(null)), &claims)),
            ("it is another kind of JWT", key_proof(pair, &with(&header, "typ", json!("JWT")), &claims)),
            ("it names another algorithm", key_proof(pair, &with(&header, "alg", json!("HS256")), &claims)),
            ("it demands an extension", key_proof(pair, &with(&header, "crit", json!(["b64"])), &claims)),
            ("it is for another issuer", key_proof(pair, &header, &with(&claims, "aud", json!("https://x.example")))),
            ("it is for another request", key_proof(pair, &header, &with(&claims, "request_id", json!("request-x")))),
            ("it is not a JWT", "a.b.c".to_owned()),
        ] {
            let refused = create(&pair.public, proof, &request).await;
            assert!(matches!(refused, Err(CreateAccessKeyError::KeyProof(_))), "{what}: {refused:?}");
        }
        let client = create(&pair.public, key_proof(pair, &header, &claims), &request).await.unwrap();
        latchkey.set_status(&ana, &client, Activation::Active).await;
        let about = assertion_claims(&client, "1");
        assert!(is_accepted(&latchkey, &signed(pair, &about)).await);
    }
    let without_key = CreateAccessKey {
        public_key: None,
        public_key_proof: Some("a.b.c".to_owned()),
        ..creation(Kind::OAuthClient, "WMS")
    };
    let refused = latchkey.engine.keys.create(&administrator, &without_key).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::KeyProof(_))), "{refused:?}");
}

async fn an_unusable_public_key_creates_no_client(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let good = pair().public;
    let private = Jwk { is_private: true, ..good.clone() };
    let off_the_curve = Jwk { y: good.x.clone(), ..good.clone() };
    let ed25519 = |bytes: [u8; 32]| Jwk { x: Some(base64url(&bytes)), ..ed25519_pair().public };
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = 2^255 - 18, a non-canonical encoding of 1.
    let mut not_canonical = [0xFF; 32];
    (not_canonical[0], not_canonical[31]) = (0xEE, 0x7F);
    let rsa = rsa_pair().public;
    for (jwk, why) in [
        (private, InvalidPublicKey::Private),
        (off_the_curve, InvalidPublicKey::Damaged),
        (Jwk { alg: Some("ES384".to_owned()), ..good.clone() }, InvalidPublicKey::Purpose),
        (Jwk { public_key_use: Some("enc".to_owned()), ..good.clone() }, InvalidPublicKey::Purpose),
        (ed25519(identity), InvalidPublicKey::Weak),
        (ed25519([0; 32]), InvalidPublicKey::Weak),
        (ed25519(not_canonical), InvalidPublicKey::Weak),
        (Jwk { e: Some("AQ".to_owned()), ..rsa.clone() }, InvalidPublicKey::Exponent),
        (Jwk { e: Some("Aw".to_owned()), ..rsa.clone() }, InvalidPublicKey::Exponent),
        (Jwk { n: rsa.n.as_ref().map(|n| format!("{}A", &n[..n.len() - 1])), ..rsa }, InvalidPublicKey::Weak),
    ] {
        let refused = latchkey.engine.keys.create(&administrator, &with_key(&jwk)).await;
        assert!(
            matches!(refused, Err(CreateAccessKeyError::PublicKey(reason)) if reason == why),
            "{jwk:?}: {refused:?}"
        );
    }
    let of_api_key = CreateAccessKey { public_key: Some(good), ..creation(Kind::ApiKey, "WMS") };
    let refused = latchkey.engine.keys.create(&administrator, &of_api_key).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::KeyPairOfApiKey)), "{refused:?}");
}
