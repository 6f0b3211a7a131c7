//! The responses below `/.well-known/`.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use crate::support::{Latchkey, binary::Binary};

#[tokio::test]
async fn the_metadata_uses_the_public_url() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let answer = latchkey.get("/.well-known/oauth-authorization-server").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let metadata = answer.json();
    assert_eq!(metadata["issuer"], "https://keys.example.com");
    assert_eq!(metadata["token_endpoint"], "https://keys.example.com/oauth/token");
    assert_eq!(metadata["jwks_uri"], "https://keys.example.com/.well-known/jwks.json");
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
    let algorithms = json!(["ES256", "EdDSA", "Ed25519", "RS256", "PS256"]);
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], methods);
    assert_eq!(metadata["token_endpoint_auth_signing_alg_values_supported"], algorithms);
    for endpoint in ["introspection", "revocation"] {
        let path = if endpoint == "introspection" { "introspect" } else { "revoke" };
        assert_eq!(metadata[format!("{endpoint}_endpoint")], format!("https://keys.example.com/oauth/{path}"));
        assert_eq!(metadata[format!("{endpoint}_endpoint_auth_methods_supported")], methods);
        assert_eq!(metadata[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")], algorithms);
    }
    assert_eq!(metadata["response_types_supported"], json!(["none"]));
    assert_eq!(metadata["authorization_endpoint"], "https://keys.example.com/oauth/authorize", "clients demand it");
    assert_eq!(metadata.get("scopes_supported"), None, "some clients ask for every scope that is listed");
}

#[tokio::test]
async fn the_same_metadata_is_where_openid_connect_looks() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let oauth = latchkey.get("/.well-known/oauth-authorization-server").await.is(200);
    assert_eq!(latchkey.get("/.well-known/openid-configuration").await, oauth);
}

#[tokio::test]
async fn the_authorization_endpoint_is_a_page_without_links_to_the_client() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let plain = latchkey.get("/oauth/authorize").await.is(200);
    assert!(plain.header("content-type").starts_with("text/html"));
    assert!(plain.text().contains("This server issues tokens to machines only"));
    assert!(!plain.text().contains("<script") && !plain.text().contains("<form"), "{}", plain.text());
    let policy = plain.header("content-security-policy");
    for directive in ["default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(directive), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!((plain.header("set-cookie"), plain.header("location")), (String::new(), String::new()));
    assert_eq!(plain.header("cache-control"), "no-store");
    for query in [
        "response_type=code&client_id=oc_000000000000&redirect_uri=https://evil.example/&state=x",
        "redirect_uri=javascript:alert(1)&prompt=none",
        "error=%3Cscript%3Ealert(1)%3C/script%3E",
        "request_uri=https://evil.example/",
    ] {
        let request = Request::get(format!("/oauth/authorize?{query}")).header("cookie", "x=y").body(Body::empty());
        assert_eq!(latchkey.send(request.unwrap()).await, plain, "{query}");
    }
    let head = Request::head("/oauth/authorize").body(Body::empty()).unwrap();
    assert_eq!(latchkey.send(head).await.is(200).text(), "");
    let post = Request::post("/oauth/authorize").body(Body::empty()).unwrap();
    latchkey.send(post).await.must_be_problem(405, "method-not-allowed");
}

#[tokio::test]
async fn the_challenge_leads_to_the_metadata_of_the_resource() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let metadata = "https://keys.example.com/.well-known/oauth-protected-resource";
    for path in ["/api/v1/ping", "/verify"] {
        let challenges = latchkey.get(path).await.is(401).header("www-authenticate");
        assert!(challenges.contains(&format!(r#"resource_metadata="{metadata}""#)), "{challenges}");
    }
    let answer = latchkey.get("/.well-known/oauth-protected-resource").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let metadata = answer.json();
    assert_eq!(metadata.get("jwks_uri"), None, "the resource signs nothing");
    assert_eq!(metadata["resource"], "https://keys.example.com");
    assert_eq!(metadata["authorization_servers"], json!(["https://keys.example.com"]));
    assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
}

#[tokio::test]
async fn the_key_set_contains_only_public_keys() {
    let latchkey = Latchkey::start().await;
    let keys = latchkey.get("/.well-known/jwks.json").await.is(200).json();
    let key = keys["keys"][0].as_object().unwrap();
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("EC"), &json!("P-256"), &json!("ES256"), &json!("sig"))
    );
    assert!(!key.contains_key("d"), "the private part is in the key set");
    for coordinate in ["x", "y"] {
        let bytes = URL_SAFE_NO_PAD.decode(key[coordinate].as_str().unwrap()).unwrap();
        assert_eq!(bytes.len(), 32, "RFC 7518 §6.2.1.2: leading zeros are kept");
    }
}

#[tokio::test]
async fn other_names_are_unknown() {
    let latchkey = Latchkey::start().await;
    for path in ["nothing", "openid-configuration/x", "oauth-authorization-server/x", "oauth-protected-resource/x"] {
        latchkey.get(&format!("/.well-known/{path}")).await.must_be_problem(404, "not-found");
    }
}

#[test]
fn security_txt_is_served_once_a_contact_is_set() {
    let binary = Binary::new();
    binary.serve().get("/.well-known/security.txt", "").is(404);
    let binary = Binary::new()
        .with("LATCHKEY_SECURITY_CONTACT", "security@example.com")
        .with("LATCHKEY_PUBLIC_URL", "https://keys.example.com");
    let server = binary.serve();
    let text = server.get("/.well-known/security.txt", "").is(200).text;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Contact: mailto:security@example.com");
    assert!(lines[1].starts_with("Expires: 2") && lines[1].ends_with("T00:00:00Z"), "{text}");
    assert_eq!(lines[2..], ["Canonical: https://keys.example.com/.well-known/security.txt"]);
}
