//! What the log says about refused client assertions.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::support::{PASSWORD, binary::Binary};

/// The key pair of RFC 8037, appendix A.
const PUBLIC_KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const PRIVATE_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

fn signed(header: &Value, claims: &Value) -> String {
    let key = EncodingKey::from_ed_der(&STANDARD.decode(PRIVATE_KEY).unwrap());
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(unsigned.as_bytes(), &key, Algorithm::EdDSA).unwrap();
    format!("{unsigned}.{signature}")
}

#[test]
fn a_refused_assertion_is_one_line_that_names_the_claim() {
    let binary =
        Binary::new().with("LATCHKEY_LOG_FORMAT", "json").with("LATCHKEY_PUBLIC_URL", "https://keys.example.com");
    let mut server = binary.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let public_key = json!({ "kty": "OKP", "crv": "Ed25519", "x": PUBLIC_KEY });
    let create = |arguments: Value| server.call("/api/access-keys/create", &ana, &arguments).is(200).json();
    let client = create(json!({ "kind": "oauth_client", "name": "ERP", "public_key": public_key }));
    let id = client["key"]["id"].as_str().unwrap();
    let by_secret = create(json!({ "kind": "oauth_client", "name": "WMS" }));
    server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "active" })).is(200);

    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let claims = json!({
        "iss": id, "sub": id, "aud": "https://keys.example.com", "iat": now + 1, "exp": now + 61, "jti": "secret-jti-7c1e",
    });
    let header = json!({ "alg": "Ed25519" });
    let with = |member: &str, value: Value| {
        let mut changed = claims.clone();
        changed[member] = value;
        signed(&header, &changed)
    };
    let good = signed(&header, &claims);
    let forged = format!("{}{}", &good[..good.len() - 2], if good.ends_with("AA") { "Qg" } else { "AA" });
    let present = |jwt: &str| {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", jwt),
        ];
        server.post_form("/oauth/token", "", &form)
    };
    present(&good).is(200);
    assert!(!server.logged().contains("assertion"), "a good one is not a line");

    let cases = [
        ("jti", "was used before", good.clone(), id),
        ("aud", "is the token endpoint", with("aud", json!("https://keys.example.com/oauth/token")), id),
        ("aud", "is not the issuer", with("aud", json!("https://elsewhere.example")), id),
        ("exp", "3599 s after `iat`: LATCHKEY_ASSERTION_LIFETIME allows 300 s", with("exp", json!(now + 3600)), id),
        (
            "exp",
            "by this server's clock",
            {
                let mut old = claims.clone();
                (old["iat"], old["exp"]) = (json!(now - 400), json!(now - 340));
                signed(&header, &old)
            },
            id,
        ),
        ("iat", "ahead of this server's clock", with("iat", json!(now + 50)), id),
        ("iat", "before the client was last activated", with("iat", json!(now - 100)), id),
        ("iat", "is missing", with("iat", Value::Null), id),
        ("jti", "is empty", with("jti", json!("")), id),
        ("iss", "is not the client's ID", with("iss", json!("https://elsewhere.example")), id),
        ("sub", "no client has the ID", with("sub", json!("oc_000000000000")), "oc_000000000000"),
        ("sub", "has a secret", with("sub", by_secret["key"]["id"].clone()), by_secret["key"]["id"].as_str().unwrap()),
        ("alg", "not an algorithm of the client's", signed(&json!({ "alg": "ES256" }), &claims), id),
        ("crit", "demands an extension", signed(&json!({ "alg": "EdDSA", "crit": ["b64"] }), &claims), id),
        ("signature", "not made with the client's key", forged, id),
        ("jwt", "not a JWT", "secret-jti-7c1e".to_owned(), ""),
    ];
    let mut answers = Vec::new();
    for (claim, reason, jwt, client) in &cases {
        let before = server.logged();
        let answer = present(jwt).is(401);
        answers.push(answer.text);
        let log = server.logged();
        let is_about_it = |line: &&str| line.contains("a client assertion was refused");
        let lines: Vec<&str> = log[before.len()..].lines().filter(is_about_it).collect();
        assert_eq!(lines.len(), 1, "{claim}: {lines:?}");
        let fields: Value = serde_json::from_str::<Value>(lines[0]).unwrap()["fields"].clone();
        assert_eq!(fields["claim"], *claim, "{fields}");
        assert!(fields["reason"].as_str().unwrap().contains(reason), "{reason}: {fields}");
        assert_eq!((&fields["client_id"], &fields["from"]), (&json!(client), &json!("127.0.0.1")), "{fields}");
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let log = server.logged();
    let payload = good.split('.').nth(1).unwrap();
    for secret in ["secret-jti-7c1e", payload, good.rsplit('.').next().unwrap()] {
        assert!(!log.contains(secret), "{secret}");
    }
}
