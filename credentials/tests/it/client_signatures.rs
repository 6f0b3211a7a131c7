//! What the assertions of clients are signed with.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{
    client_assertions::{claims, client_of, is_accepted},
    support::{
        Latchkey,
        key_pairs::{base64url, ed25519_pair, pair, rsa_pair, signed, signed_by},
    },
};

on_both_databases! {
    another_signature_is_none
    each_kind_of_key_signs_by_its_own_algorithms
    a_public_key_is_no_secret_of_an_hmac
    what_the_header_must_not_say
}

async fn another_signature_is_none(latchkey: Latchkey) {
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
    assert!(!is_accepted(&latchkey, &jwt).await, "a key in the header is nobody's");
    assert!(is_accepted(&latchkey, &good).await);
}

async fn each_kind_of_key_signs_by_its_own_algorithms(latchkey: Latchkey) {
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
            for lie in ["none", "HS256", "ES256", "ES384", "EdDSA", "RS256", "RS384", "PS256"] {
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

async fn a_public_key_is_no_secret_of_an_hmac(latchkey: Latchkey) {
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

async fn what_the_header_must_not_say(latchkey: Latchkey) {
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
    assert!(accepts(&header).await, "what is not critical is ignored");
}
