//! Tokens with one defect each and a matching signature, so that only the defect can be the reason for the refusal.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, KeyPair, ParsedPublicKey,
    },
};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation, decode};
use latchkey_model::{
    access_key::{CreatedAccessKey, Kind},
    public_key::Jwk,
};
use serde_json::{Value, json};

use super::{client_authentication::ClientAuthentication, issue_token::IssueTokenError};
use crate::{
    people::Caller,
    signing::SigningAlgorithm,
    testing::{ADDRESS, ISSUER, NOW, Node},
    verification::VerifyError,
};

/// A node that signs with any of three keys, one for each algorithm, and a client.
struct Target {
    node: Node,
    ana: Caller,
    client: CreatedAccessKey,
    keys: Vec<Value>,
    /// The claims of a valid token.
    claims: Value,
}

impl Target {
    async fn new() -> Self {
        let node = Node::start().await;
        let node = node.restart_with(SigningAlgorithm::EdDsa).await.restart_with(SigningAlgorithm::Rs256).await;
        let (_, ana) = node.administrator().await;
        let client = node.create(&ana, Kind::OAuthClient, None).await;
        let secret = client.secret.as_ref().unwrap().expose();
        let proof = ClientAuthentication::Secret { client_id: client.key.id.as_str(), secret };
        let issued = node.engine.oauth.issue_token(&proof, None, ADDRESS).await.unwrap();
        let payload = issued.access_token.expose().split('.').nth(1).unwrap();
        let claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        let keys = node.engine.signing_keys.public_key_set()["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 3);
        Self { node, ana, client, keys, claims }
    }

    /// Returns a token with a valid signature and any header and claims.
    fn signed(&self, key: &Value, header: &Value, claims: &Value) -> String {
        self.node.engine.signing_keys.key_ring().sign_unchecked(text(&key["kid"]), header, claims)
    }

    async fn accepts(&self, token: &str) -> bool {
        match self.node.engine.verification.verify_bearer(token, ADDRESS).await {
            Ok(verified) => *verified.id() == self.client.key.id,
            Err(VerifyError::Refused) => false,
            Err(error) => panic!("{error}"),
        }
    }

    async fn accepts_assertion(&self, jwt: &str) -> bool {
        let proof = ClientAuthentication::Assertion { client_id: None, jwt };
        match self.node.engine.oauth.issue_token(&proof, None, ADDRESS).await {
            Ok(_) => true,
            Err(IssueTokenError::InvalidClient) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Returns the header of a valid token.
fn header(key: &Value) -> Value {
    json!({ "typ": "at+jwt", "alg": key["alg"], "kid": key["kid"] })
}

fn with(object: &Value, member: &str, value: Value) -> Value {
    let mut changed = object.clone();
    changed[member] = value;
    changed
}

fn without(object: &Value, member: &str) -> Value {
    let mut changed = object.clone();
    changed.as_object_mut().unwrap().remove(member).unwrap();
    changed
}

fn part(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn bytes(member: &Value) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text(member)).unwrap()
}

#[tokio::test]
async fn each_single_defect_of_a_token_is_refused() {
    let target = Target::new().await;
    let claims = &target.claims;
    for key in &target.keys {
        let header = header(key);
        let good = target.signed(key, &header, claims);
        assert!(target.accepts(&good).await, "the unchanged token must be valid");
        let (unsigned, _) = good.rsplit_once('.').unwrap();
        for cut in [unsigned.to_owned(), format!("{unsigned}."), format!("{good}."), format!("{good}A")] {
            assert!(!target.accepts(&cut).await, "a shortened or extended token is refused");
        }

        let mut headers = vec![
            with(&header, "typ", json!("JWT")),
            with(&header, "typ", json!("client-authentication+jwt")),
            without(&header, "typ"),
            with(&header, "kid", json!("another")),
            without(&header, "kid"),
            without(&header, "alg"),
            with(&header, "crit", json!(["exp"])),
            with(&with(&header, "crit", json!(["b64"])), "b64", json!(true)),
            with(&with(&header, "crit", json!(["urn:unknown"])), "urn:unknown", json!(1)),
            with(&header, "crit", json!([])),
        ];
        let algorithms = ["none", "None", "HS256", "HS512", "ES256", "ES384", "EdDSA", "RS256", "RS512", "PS256"];
        let others = algorithms.into_iter().filter(|name| key["alg"] != *name);
        headers.extend(others.map(|name| with(&header, "alg", json!(name))));
        for wrong in headers {
            assert!(!target.accepts(&target.signed(key, &wrong, claims)).await, "{wrong}");
        }

        for wrong in [
            with(claims, "iss", json!("https://elsewhere.example")),
            without(claims, "iss"),
            with(claims, "aud", json!("https://elsewhere.example")),
            with(claims, "aud", json!([ISSUER, "https://elsewhere.example"])),
            without(claims, "aud"),
            with(claims, "exp", json!(NOW)),
            with(claims, "exp", json!(NOW - 3600)),
            without(claims, "exp"),
            with(claims, "iat", json!(NOW + 61)),
            with(&with(claims, "nbf", json!(NOW)), "iat", json!(NOW + 61)),
            without(claims, "iat"),
            with(claims, "nbf", json!(NOW + 61)),
            without(claims, "sub"),
            without(claims, "jti"),
            with(claims, "client_id", json!("oc_000000000000")),
            with(claims, "latchkey_generation", json!(2)),
            without(claims, "latchkey_generation"),
            without(claims, "latchkey_organization"),
        ] {
            assert!(!target.accepts(&target.signed(key, &header, &wrong)).await, "{wrong}");
        }
        for right in [
            with(claims, "exp", json!(NOW + 1)),
            with(claims, "iat", json!(NOW + 60)),
            with(claims, "nbf", json!(NOW + 60)),
            with(claims, "nbf", json!(NOW)),
        ] {
            assert!(target.accepts(&target.signed(key, &header, &right)).await, "{right}");
        }
    }
}

#[tokio::test]
async fn a_key_in_the_token_is_not_trusted() {
    let target = Target::new().await;
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let private = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let coordinate = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let point = pair.public_key().as_ref();
    let (x, y) = (coordinate(&point[1..33]), coordinate(&point[33..]));
    let own = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y });
    for key in &target.keys {
        let ours = with(&header(key), "alg", json!("ES256"));
        for hostile in [
            ours.clone(),
            with(&ours, "jwk", own.clone()),
            with(&ours, "jwk", with(&own, "kid", key["kid"].clone())),
            with(&ours, "jku", json!("https://elsewhere.example/jwks.json")),
            with(&ours, "x5u", json!("https://elsewhere.example/certificate")),
        ] {
            let signed = format!("{}.{}", part(&hostile), part(&target.claims));
            let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &private, Algorithm::ES256).unwrap();
            let token = format!("{signed}.{signature}");
            let attacker_key = DecodingKey::from_ec_components(&x, &y).unwrap();
            assert!(is_signed_by(&token, &attacker_key, Algorithm::ES256), "the header is consistent");
            assert!(!target.accepts(&token).await, "{hostile}");
        }
    }
}

/// Returns whether a service that checks only the signature, with this key, would accept a token.
fn is_signed_by(token: &str, key: &DecodingKey, algorithm: Algorithm) -> bool {
    let mut validation = Validation::new(algorithm);
    (validation.validate_exp, validation.validate_aud) = (false, false);
    decode::<Value>(token, key, &validation).is_ok()
}

/// Returns the public key in every form of text and bytes that a service might use as the secret of an HMAC.
fn public_forms(key: &Value) -> Vec<Vec<u8>> {
    let (raw, der) = match text(&key["kty"]) {
        "EC" => {
            let point = [&[4][..], &bytes(&key["x"]), &bytes(&key["y"])].concat();
            let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point).unwrap();
            (point, AsDer::<PublicKeyX509Der>::as_der(&parsed).unwrap())
        }
        "OKP" => {
            let point = bytes(&key["x"]);
            let parsed = ParsedPublicKey::new(&ED25519, &point).unwrap();
            (point, AsDer::<PublicKeyX509Der>::as_der(&parsed).unwrap())
        }
        _ => {
            let components = PublicKeyComponents { n: bytes(&key["n"]), e: bytes(&key["e"]) };
            let der = AsDer::<PublicKeyX509Der>::as_der(&components).unwrap();
            (components.n, der)
        }
    };
    let base64 = BASE64_STANDARD.encode(der.as_ref());
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    let mut bare = key.clone();
    for member in ["kid", "alg", "use"] {
        bare.as_object_mut().unwrap().remove(member).unwrap();
    }
    vec![
        raw,
        der.as_ref().to_vec(),
        pem.clone().into_bytes(),
        format!("{pem}\n").into_bytes(),
        key.to_string().into_bytes(),
        bare.to_string().into_bytes(),
    ]
}

#[tokio::test]
async fn a_public_key_is_not_accepted_as_an_hmac_secret() {
    let target = Target::new().await;
    for key in &target.keys {
        let signed = format!("{}.{}", part(&with(&header(key), "alg", json!("HS256"))), part(&target.claims));
        for secret in public_forms(key) {
            let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
            assert!(is_signed_by(&token, &DecodingKey::from_secret(&secret), Algorithm::HS256), "the HMAC is valid");
            assert!(!target.accepts(&token).await, "{} with {} bytes", key["alg"], secret.len());
        }
    }
}

#[tokio::test]
async fn a_key_is_never_used_with_the_algorithm_of_another() {
    let target = Target::new().await;
    for signer in &target.keys {
        for named in target.keys.iter().filter(|named| named["kid"] != signer["kid"]) {
            for alg in [&signer["alg"], &named["alg"]] {
                let wrong = json!({ "typ": "at+jwt", "alg": alg, "kid": named["kid"] });
                let token = target.signed(signer, &wrong, &target.claims);
                assert!(!target.accepts(&token).await, "{} as {wrong}", signer["alg"]);
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_not_accepted_as_an_assertion_and_vice_versa() {
    let target = Target::new().await;
    for key in &target.keys {
        // The client registers Latchkey's signing key, so that one signature is valid for both.
        let public: Jwk = serde_json::from_value(key.clone()).unwrap();
        let client = target.node.create(&target.ana, Kind::OAuthClient, Some(public)).await;
        let id = client.key.id.as_str();
        let assertion =
            |jti: &str| json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": jti });
        let own_header = json!({ "alg": key["alg"] });
        let own = target.signed(key, &own_header, &assertion("1"));
        assert!(target.accepts_assertion(&own).await, "it is a valid assertion");
        let token = with(&with(&target.claims, "sub", json!(id)), "client_id", json!(id));
        let as_token =
            target.node.engine.verification.verify_bearer(&target.signed(key, &header(key), &token), ADDRESS).await;
        assert_eq!(as_token.unwrap().id().as_str(), id, "it is a valid token");

        for header in [header(key), own_header.clone()] {
            assert!(!target.accepts_assertion(&target.signed(key, &header, &token)).await, "a token as an assertion");
        }
        for header in [own_header, header(key)] {
            let presented = target.signed(key, &header, &assertion("2"));
            let refused = target.node.engine.verification.verify_bearer(&presented, ADDRESS).await;
            assert!(matches!(refused, Err(VerifyError::Refused)), "an assertion as a token");
        }
    }
}
