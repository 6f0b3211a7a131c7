//! The signatures of client assertions.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_model::public_key::Jwk;
use serde_json::{Value, json};

use crate::{
    client_assertions::{claims, client_of, is_accepted},
    support::{
        Latchkey,
        database::run,
        key_pairs::{Pair, base64url, ed25519_pair, pair, rsa_pair, signed, signed_by},
    },
};

on_both_databases! {
    a_signature_by_another_key_is_refused
    each_key_type_accepts_only_its_algorithms
    a_public_key_is_not_accepted_as_an_hmac_secret
    critical_header_extensions_are_refused
    ed25519_is_accepted_under_both_algorithm_names
    a_stored_weak_key_verifies_no_signature
}

async fn a_signature_by_another_key_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let (own, foreign) = (pair(), pair());
    let client = client_of(&latchkey, &ana, &own).await;
    assert!(!is_accepted(&latchkey, &signed(&foreign, &claims(&client, "1"))).await);
    let good = signed(&own, &claims(&client, "2"));
    let (unsigned, _) = good.rsplit_once('.').unwrap();
    assert!(!is_accepted(&latchkey, &format!("{unsigned}.")).await);
    let mut header = Header::new(Algorithm::ES256);
    header.jwk = serde_json::from_value(serde_json::to_value(&foreign.public).unwrap()).ok();
    assert!(header.jwk.is_some());
    let jwt = encode(&header, &claims(&client, "3"), &foreign.private).unwrap();
    assert!(!is_accepted(&latchkey, &jwt).await, "a key in the header is not trusted");
    assert!(is_accepted(&latchkey, &good).await);
}

async fn each_key_type_accepts_only_its_algorithms(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for (own, foreign, algorithms, others) in [
        (pair(), pair(), &[Algorithm::ES256][..], &[][..]),
        (ed25519_pair(), ed25519_pair(), &[Algorithm::EdDSA], &[]),
        (
            rsa_pair(),
            rsa_pair(),
            &[Algorithm::RS256, Algorithm::PS256],
            &[Algorithm::RS384, Algorithm::RS512, Algorithm::PS384, Algorithm::PS512],
        ),
    ] {
        let client = client_of(&latchkey, &ana, &own).await;
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let none = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims(&client, "none")));
        assert!(!is_accepted(&latchkey, &none).await);
        for &algorithm in algorithms {
            let claims = claims(&client, &format!("{algorithm:?}"));
            assert!(!is_accepted(&latchkey, &signed_by(&foreign, algorithm, &claims)).await, "{algorithm:?}");
            let good = signed_by(&own, algorithm, &claims);
            let (_, payload_and_signature) = good.split_once('.').unwrap();
            for lie in ["none", "HS256", "ES256", "ES384", "EdDSA", "Ed25519", "RS256", "RS384", "PS256"] {
                if lie != format!("{algorithm:?}") {
                    let jwt = format!("{}.{payload_and_signature}", part(&json!({ "alg": lie })));
                    assert!(!is_accepted(&latchkey, &jwt).await, "{algorithm:?} as {lie}");
                }
            }
            assert!(is_accepted(&latchkey, &good).await, "{algorithm:?}");
        }
        for &algorithm in others {
            let jwt = signed_by(&own, algorithm, &claims(&client, "other"));
            assert!(!is_accepted(&latchkey, &jwt).await, "{algorithm:?}");
        }
    }
}

async fn a_public_key_is_not_accepted_as_an_hmac_secret(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for pair in [pair(), ed25519_pair(), rsa_pair()] {
        let client = client_of(&latchkey, &ana, &pair).await;
        let base64 = BASE64_STANDARD.encode(&pair.public_der);
        let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
        let number = pair.public.n.as_ref().or(pair.public.x.as_ref()).unwrap();
        let numbers = [&pair.public.x, &pair.public.y, &pair.public.n].into_iter().flatten();
        let raw: Vec<u8> = numbers.flat_map(|number| BASE64_URL_SAFE_NO_PAD.decode(number).unwrap()).collect();
        let point = [&[4], raw.as_slice()].concat();
        let jwk = serde_json::to_vec(&pair.public).unwrap();
        for secret in
            [&jwk, number.as_bytes(), &raw, &point, &pair.public_der, pem.as_bytes(), pem.trim().as_bytes(), b""]
        {
            let key = EncodingKey::from_secret(secret);
            for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let jwt = encode(&Header::new(algorithm), &claims(&client, "forged"), &key).unwrap();
                assert!(!is_accepted(&latchkey, &jwt).await, "{:?}, {} bytes", pair.algorithm, secret.len());
            }
        }
        assert!(is_accepted(&latchkey, &signed(&pair, &claims(&client, "forged"))).await, "the claims are good");
    }
}

async fn critical_header_extensions_are_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let accepts = async |header: &Header| {
        is_accepted(&latchkey, &encode(header, &claims(&client, "once"), &pair.private).unwrap()).await
    };
    let good = Header::new(pair.algorithm);
    for critical in [&["exp"][..], &["b64"], &["urn:unknown"], &[]] {
        let mut header = Header { crit: Some(critical.iter().map(ToString::to_string).collect()), ..good.clone() };
        header.extras.insert("urn:unknown", 1);
        assert!(!accepts(&header).await, "{critical:?}");
    }
    let mut header = good;
    header.extras.insert("urn:unknown", 1);
    assert!(accepts(&header).await, "an extension that is not critical is ignored");
}

/// Signs a JWT with any header, including one that the library does not know.
fn signed_with_header(pair: &Pair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let unsigned = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(unsigned.as_bytes(), &pair.private, pair.algorithm).unwrap();
    format!("{unsigned}.{signature}")
}

async fn ed25519_is_accepted_under_both_algorithm_names(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for name in ["EdDSA", "Ed25519"] {
        let pair = ed25519_pair();
        let named = Pair { public: Jwk { alg: Some(name.to_owned()), ..pair.public.clone() }, ..pair };
        let client = client_of(&latchkey, &ana, &named).await;
        for used in ["EdDSA", "Ed25519"] {
            let header = json!({ "alg": used, "typ": "JWT", "kid": "1" });
            assert!(
                is_accepted(&latchkey, &signed_with_header(&named, &header, &claims(&client, used))).await,
                "{used}"
            );
        }
        for other in ["Ed448", "ed25519", "EDDSA", "ES256", ""] {
            let jwt = signed_with_header(&named, &json!({ "alg": other }), &claims(&client, "other"));
            assert!(!is_accepted(&latchkey, &jwt).await, "{other}");
        }
    }
    for other in [pair(), rsa_pair()] {
        let client = client_of(&latchkey, &ana, &other).await;
        for name in ["EdDSA", "Ed25519"] {
            let jwt = signed_with_header(&other, &json!({ "alg": name }), &claims(&client, "1"));
            assert!(!is_accepted(&latchkey, &jwt).await, "{name} with a key of {:?}", other.algorithm);
        }
    }
}

/// Returns a signature whose equation, S·B = R + H·A, is true for a key A of small order if H is a multiple of that order:
/// S is 0, and R the identity.
fn forged(claims: &Value, attempt: u32) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let unsigned = format!("{}.{}", part(&json!({ "alg": "EdDSA", "kid": attempt.to_string() })), part(claims));
    let mut signature = [0; 64];
    signature[0] = 1;
    format!("{unsigned}.{}", base64url(&signature))
}

async fn a_stored_weak_key_verifies_no_signature(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = ed25519_pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let mut identity = [0; 32];
    identity[0] = 1;
    // The library accepts the forgery, so it is the engine's check that refuses it.
    let forgery = forged(&claims(&client, "forged"), 0);
    let (message, signature) = forgery.rsplit_once('.').unwrap();
    let weak = jsonwebtoken::DecodingKey::from_ed_der(&identity);
    let is_accepted_by_library = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &weak, Algorithm::EdDSA);
    assert!(is_accepted_by_library.unwrap(), "the equation is true");

    let mut latchkey = latchkey;
    for x in [identity, [0; 32]] {
        let stored = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&x) });
        run(&latchkey.database, format!("UPDATE access_keys SET public_key = '{stored}'")).await;
        latchkey = latchkey.restart().await;
        for attempt in 0..64 {
            assert!(!is_accepted(&latchkey, &forged(&claims(&client, &format!("{attempt}")), attempt)).await);
        }
        let shown = latchkey.engine.keys.get(&ana, &client.key.id).await.unwrap();
        assert_eq!(shown.public_key.unwrap().x, Some(base64url(&x)), "it is still shown, so that it can be deleted");
    }
    let modulus = rsa_pair().public.n.unwrap();
    let stored = json!({ "kty": "RSA", "n": modulus, "e": "AQ" });
    run(&latchkey.database, format!("UPDATE access_keys SET public_key = '{stored}'")).await;
    let latchkey = latchkey.restart().await;
    let unsigned =
        format!("{}.{}", base64url(br#"{"alg":"RS256"}"#), base64url(claims(&client, "1").to_string().as_bytes()));
    // With an exponent of 1, the signature is the padded digest itself (RFC 8017 §9.2).
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, unsigned.as_bytes());
    let prefix = [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];
    let mut padded = vec![0xFF; 256];
    (padded[0], padded[1], padded[256 - 52]) = (0, 1, 0);
    padded[256 - 51..256 - 32].copy_from_slice(&prefix);
    padded[256 - 32..].copy_from_slice(digest.as_ref());
    assert!(!is_accepted(&latchkey, &format!("{unsigned}.{}", base64url(&padded))).await);
}
