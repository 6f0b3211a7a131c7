//! `private_key_jwt` (RFC 7523) over HTTP. The engine's tests cover the claims of an assertion.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{
    Latchkey, Person,
    latchkey::{BASIC_CHALLENGE, START, basic},
};

const ISSUER: &str = "http://127.0.0.1:3000";
const JWT_BEARER: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// The key pair of RFC 8037, appendix A.
fn public_key() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

fn private_key() -> EncodingKey {
    let pkcs8 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    EncodingKey::from_ed_der(&STANDARD.decode(pkcs8).unwrap())
}

fn assertion(id: &str, jti: &str) -> String {
    let now = START / 1000;
    let claims = json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": now, "exp": now + 60, "jti": jti });
    encode(&Header::new(Algorithm::EdDSA), &claims, &private_key()).unwrap()
}

async fn create_client(ana: &Person<'_>) -> String {
    let arguments = json!({ "kind": "oauth_client", "name": "ERP", "public_key": public_key() });
    let created = ana.call("/api/access-keys/create", arguments).await.is(200).json();
    assert_eq!(created.get("secret"), None);
    let id = created["key"]["id"].as_str().unwrap().to_owned();
    ana.set_status(&id, "active").await.is(200);
    id
}

fn proof(jwt: &str) -> String {
    format!("client_assertion_type={JWT_BEARER}&client_assertion={jwt}")
}

#[tokio::test]
async fn a_client_can_authenticate_by_its_signature_at_every_endpoint() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let id = create_client(&ana).await;
    let scopes = json!({ "id": id, "scopes": ["tokens:introspect"] });
    ana.call("/api/access-keys/set-scopes", scopes).await.is(200);
    let grant = format!("grant_type=client_credentials&client_id={id}&{}", proof(&assertion(&id, "1")));
    let token = latchkey.token(None, &grant).await.is(200).json()["access_token"].as_str().unwrap().to_owned();
    latchkey.ping(&format!("Bearer {token}")).await.is(200);
    let about = |jti: &str| format!("token={token}&{}", proof(&assertion(&id, jti)));
    let introspected = latchkey.post_form("/oauth/introspect", None, &about("2")).await.is(200).json();
    assert_eq!((&introspected["active"], &introspected["client_id"]), (&json!(true), &json!(id)));
    latchkey.post_form("/oauth/revoke", None, &about("3")).await.is(200);
    latchkey.ping(&format!("Bearer {token}")).await.is(401);
}

/// Returns an assertion with the algorithm's name of RFC 9864, which some libraries use.
fn assertion_named(algorithm: &str, id: &str, jti: &str) -> String {
    let now = START / 1000;
    let claims = json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": now, "exp": now + 300, "jti": jti });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = format!("{}.{}", part(json!({ "alg": algorithm })), part(claims));
    let signature = jsonwebtoken::crypto::sign(unsigned.as_bytes(), &private_key(), Algorithm::EdDSA).unwrap();
    format!("{unsigned}.{signature}")
}

#[tokio::test]
async fn both_names_of_ed25519_are_accepted_and_advertised() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let metadata = latchkey.get("/.well-known/oauth-authorization-server").await.is(200).json();
    let advertised = metadata["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
    for named in ["EdDSA", "Ed25519"] {
        assert!(advertised.contains(&json!(named)), "{metadata}");
        let mut public_key = public_key();
        public_key["alg"] = json!(named);
        let arguments = json!({ "kind": "oauth_client", "name": "ERP", "public_key": public_key });
        let created = ana.call("/api/access-keys/create", arguments).await.is(200).json();
        let id = created["key"]["id"].as_str().unwrap();
        ana.set_status(id, "active").await.is(200);
        for algorithm in ["EdDSA", "Ed25519"] {
            let jwt = assertion_named(algorithm, id, algorithm);
            latchkey.token(None, &format!("grant_type=client_credentials&{}", proof(&jwt))).await.is(200);
        }
        let jwt = assertion_named("Ed448", id, "1");
        latchkey.token(None, &format!("grant_type=client_credentials&{}", proof(&jwt))).await.is(401);
    }
}

#[tokio::test]
async fn a_client_with_too_many_remembered_assertions_gets_retry_after() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let ana = latchkey.administrator("ana@example.com").await;
    let id = create_client(&ana).await;
    latchkey
        .tamper(
            "INSERT INTO used_assertions SELECT id, 'used ' || number, 9000000000000000 \
             FROM access_keys, generate_series(1, 10000) AS number",
        )
        .await;
    let grant = format!("grant_type=client_credentials&{}", proof(&assertion(&id, "one more")));
    let answer = latchkey.token(None, &grant).await.is(503);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "10");
}

#[tokio::test]
async fn a_bad_assertion_is_an_invalid_client() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let id = create_client(&ana).await;
    let used = assertion(&id, "once");
    let grant = |jwt: &str| format!("grant_type=client_credentials&{}", proof(jwt));
    latchkey.token(None, &grant(&used)).await.is(200);
    let unknown = assertion("oc_000000000000", "1");
    let mut answers = Vec::new();
    for jwt in [used.as_str(), &unknown, "nonsense", "a.b.c"] {
        answers.push(latchkey.token(None, &grant(jwt)).await.is(401));
    }
    assert_eq!(answers[0].json()["error"], "invalid_client");
    assert_eq!(answers[0].header("www-authenticate"), BASIC_CHALLENGE);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let other = format!("{}&client_id=oc_000000000000", grant(&assertion(&id, "2")));
    assert_eq!(latchkey.token(None, &other).await, answers[0]);
}

#[tokio::test]
async fn two_authentications_or_half_of_one_are_an_invalid_request() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let id = create_client(&ana).await;
    let jwt = assertion(&id, "1");
    let grant = "grant_type=client_credentials";
    let both = format!("{grant}&client_id={id}&client_secret=x&{}", proof(&jwt));
    let no_type = format!("{grant}&client_assertion={jwt}");
    let other_type = format!("{grant}&client_assertion_type=saml2&client_assertion={jwt}");
    for (authorization, form) in [
        (None, both),
        (None, no_type),
        (None, other_type),
        (Some(basic(&id, "x")), format!("{grant}&{}", proof(&jwt))),
        (Some("Bearer x".to_owned()), format!("{grant}&{}", proof(&jwt))),
    ] {
        let answer = latchkey.token(authorization.as_deref(), &form).await.is(400);
        assert_eq!(answer.json()["error"], "invalid_request", "{form}");
    }
    let in_the_url = latchkey.post_form(&format!("/oauth/token?client_assertion={jwt}"), None, grant).await.is(400);
    assert_eq!(in_the_url.json()["error"], "invalid_request");
    let introspection = format!("token=x&{}", proof(&jwt));
    latchkey.post_form("/oauth/introspect", Some("Bearer x"), &introspection).await.is(400);
    latchkey.token(None, &format!("{grant}&{}", proof(&jwt))).await.is(200);
}

#[tokio::test]
async fn an_invalid_public_key_is_refused_at_its_field() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": public_key()["x"], "d": "secret-half" });
    for (kind, public_key, says) in [
        ("oauth_client", private, "This is a private key."),
        ("oauth_client", json!({ "kty": "oct" }), "Use a key of the type EC"),
        ("oauth_client", json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }), "The key is incomplete"),
        ("oauth_client", json!({ "kty": "OKP", "crv": "Ed25519", "x": "A".repeat(43) }), "This key is weak"),
        (
            "oauth_client",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": public_key()["x"], "alg": "ES256" }),
            "This key has another purpose",
        ),
        ("api_key", public_key(), "Only OAuth clients"),
    ] {
        let arguments = json!({ "kind": kind, "name": "ERP", "public_key": public_key });
        let answer = ana.call("/api/access-keys/create", arguments).await.must_be_problem(422, "invalid-field");
        assert_eq!(answer.json()["field"], "public_key");
        assert!(answer.json()["detail"].as_str().unwrap().contains(says), "{answer:?}");
        assert!(!answer.text().contains("secret-half"));
    }
    let arguments = json!({
        "kind": "oauth_client", "name": "ERP", "public_key": public_key(), "public_key_proof": "a.b.c", "request_id": "request-1",
    });
    let answer = ana.call("/api/access-keys/create", arguments).await.must_be_problem(422, "invalid-field");
    assert_eq!(answer.json()["field"], "public_key_proof");
    let arguments = json!({ "kind": "oauth_client", "name": "ERP", "token_lifetime": 59 });
    let answer = ana.call("/api/access-keys/create", arguments).await.must_be_problem(422, "invalid-field");
    assert_eq!(answer.json()["field"], "token_lifetime");
}
