//! The audience of an access token: `resource` (RFC 8707) where it is issued, and `aud` where it is verified.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use crate::support::{Answer, Latchkey, Person, latchkey::basic};

const ISSUER: &str = "http://127.0.0.1:3000";
const API: &str = "https://api.example.com";
const MCP: &str = "https://mcp.example.com/mcp";
const GRANT: &str = "grant_type=client_credentials";

/// Returns a client that may request and introspect tokens.
struct Client {
    authorization: String,
}

impl Client {
    async fn new(ana: &Person<'_>) -> Self {
        let (id, secret) = ana.create_active("oauth_client", "ERP").await;
        ana.set_scopes(&id, &["tokens:introspect", "access-keys:manage"]).await;
        Self { authorization: basic(&id, &secret) }
    }

    async fn ask(&self, latchkey: &Latchkey, resources: &[&str]) -> Answer {
        let resources =
            resources.iter().map(|resource| format!("&resource={}", encoded(resource))).collect::<Vec<_>>().concat();
        latchkey.token(Some(&self.authorization), &format!("{GRANT}{resources}")).await
    }

    async fn token(&self, latchkey: &Latchkey, resources: &[&str]) -> String {
        let answer = self.ask(latchkey, resources).await.is(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn audience(token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["aud"].clone()
}

/// Calls `/verify` by Bearer, with a query.
async fn verify(latchkey: &Latchkey, query: &str, credential: &str) -> Answer {
    let request = Request::get(format!("/verify{query}")).header("authorization", format!("Bearer {credential}"));
    latchkey.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_resource_becomes_the_audience_as_the_operator_writes_it() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP, "orders"]).await;
    let client = Client::new(&latchkey.administrator("ana@example.com").await).await;
    for (resources, aud) in [
        (&[][..], API),
        (&[""], API),
        (&[API], API),
        (&["https://api.example.com/"], API),
        (&["HTTPS://API.example.com:443"], API),
        (&[MCP], MCP),
        (&[MCP, MCP], MCP),
        (&[MCP, "https://MCP.example.com/mcp"], MCP),
        (&["orders"], "orders"),
    ] {
        assert_eq!(audience(&client.token(&latchkey, resources).await), aud, "{resources:?}");
    }
}

#[tokio::test]
async fn another_resource_and_two_different_ones_are_an_invalid_target() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let client = Client::new(&ana).await;
    let stranger = latchkey.token(Some(&basic("x", "y")), GRANT).await.is(401);
    for resources in [
        &["https://elsewhere.example"][..],
        &[ISSUER],
        &["https://mcp.example.com"],
        &["https://mcp.example.com/mcp/"],
        &["https://mcp.example.com/mcp#x"],
        &["http://api.example.com"],
        &["api.example.com"],
        &["nonsense"],
        &[API, MCP],
        &[API, "https://elsewhere.example"],
        &["https://elsewhere.example", API],
        &["https://api.example.com https://mcp.example.com/mcp"],
    ] {
        let answer = client.ask(&latchkey, resources).await.is(400);
        assert_eq!(answer.json()["error"], "invalid_target", "{resources:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let form = format!("{GRANT}&resource={}", encoded(resources[0]));
        let refused = latchkey.token(Some(&basic("x", "y")), &form).await;
        assert_eq!(refused, stranger, "a stranger learns nothing of the audiences");
    }
}

#[tokio::test]
async fn by_default_a_token_is_for_the_issuer_alone() {
    let latchkey = Latchkey::start().await;
    let client = Client::new(&latchkey.administrator("ana@example.com").await).await;
    for resources in [&[][..], &[ISSUER], &["http://127.0.0.1:3000/"]] {
        let token = client.token(&latchkey, resources).await;
        assert_eq!(audience(&token), ISSUER);
        latchkey.ping(&format!("Bearer {token}")).await.is(200);
        verify(&latchkey, "", &token).await.is(200);
        verify(&latchkey, &format!("?resource={}", encoded(ISSUER)), &token).await.is(200);
    }
    client.ask(&latchkey, &[API]).await.is(400);
}

/// Each token is verified at every resource in turn, so that a cached result for one resource is followed by a request
/// for another.
#[tokio::test]
async fn a_token_is_accepted_only_for_its_audience() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let client = Client::new(&latchkey.administrator("ana@example.com").await).await;
    let (for_api, for_mcp) = (client.token(&latchkey, &[]).await, client.token(&latchkey, &[MCP]).await);
    let (api, mcp) = (format!("?resource={}", encoded(API)), format!("?resource={}", encoded(MCP)));
    let both = format!("{mcp}&resource={}", encoded(API));
    let mcp_twice = format!("{mcp}&resource={}", encoded("https://MCP.example.com/mcp"));
    for _ in 0..2 {
        for (query, api_status, mcp_status) in [
            ("", 200, 401),
            (&*api, 200, 401),
            (&mcp, 401, 200),
            (&mcp_twice, 401, 200),
            (&both, 401, 401),
            ("?resource=", 401, 401),
            ("?resource=https%3A%2F%2Felsewhere.example", 401, 401),
        ] {
            assert_eq!(verify(&latchkey, query, &for_api).await.status, api_status, "{query}");
            assert_eq!(verify(&latchkey, query, &for_mcp).await.status, mcp_status, "{query}");
        }
        latchkey.ping(&format!("Bearer {for_api}")).await.is(200);
        latchkey.ping(&format!("Bearer {for_mcp}")).await.is(401);
    }
}

/// A resource server that receives a token must not be able to use it at Latchkey itself.
#[tokio::test]
async fn a_token_for_another_resource_neither_manages_nor_introspects() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let client = Client::new(&latchkey.administrator("ana@example.com").await).await;
    for (resources, function, introspection) in [(&[][..], 200, 200), (&[MCP], 401, 401)] {
        let token = client.token(&latchkey, resources).await;
        let bearer = format!("Bearer {token}");
        let list = Request::post("/api/access-keys/list")
            .header("content-type", "application/json")
            .header("authorization", &bearer)
            .body(Body::from(json!({ "kind": "api_key" }).to_string()));
        assert_eq!(latchkey.send(list.unwrap()).await.status, function, "{resources:?}");
        let asked = latchkey.post_form("/oauth/introspect", Some(&bearer), &format!("token={token}")).await;
        assert_eq!(asked.status, introspection, "{resources:?}");
    }
}

#[tokio::test]
async fn introspection_returns_the_audience_and_revocation_ignores_it() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let client = Client::new(&latchkey.administrator("ana@example.com").await).await;
    let token = client.token(&latchkey, &[MCP]).await;
    let form = format!("token={token}&resource={0}&resource={0}", encoded(MCP));
    let introspected = latchkey.post_form("/oauth/introspect", Some(&client.authorization), &form).await.is(200).json();
    assert_eq!((&introspected["active"], &introspected["aud"]), (&json!(true), &json!(MCP)));
    latchkey.post_form("/oauth/revoke", Some(&client.authorization), &form).await.is(200);
    let introspected = latchkey.post_form("/oauth/introspect", Some(&client.authorization), &form).await.is(200).json();
    assert_eq!(introspected, json!({ "active": false }));
    verify(&latchkey, &format!("?resource={}", encoded(MCP)), &token).await.is(401);
}

/// An API key has no audience, so it is valid for each; but not if a gateway's configuration is wrong.
#[tokio::test]
async fn an_api_key_is_accepted_for_every_known_audience() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let (_, key) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    for resource in [API, MCP] {
        verify(&latchkey, &format!("?resource={}", encoded(resource)), &key).await.is(200);
    }
    let refused = verify(&latchkey, "?resource=https%3A%2F%2Felsewhere.example", &key).await;
    assert_eq!(refused, verify(&latchkey, "?resource=https%3A%2F%2Felsewhere.example", "wrong").await.is(401));
    verify(&latchkey, "?resource=", &key).await.is(401);
}

#[tokio::test]
async fn the_challenge_leads_to_the_metadata_of_the_required_resource() {
    let latchkey = Latchkey::start_with_audiences(&[API, MCP]).await;
    let (_, key) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    for (query, resource) in [
        ("", API),
        ("?resource=https://api.example.com/", API),
        ("?resource=https://mcp.example.com/mcp", MCP),
        ("?resource=https://mcp.example.com/mcp&scope=tokens:introspect", MCP),
    ] {
        let refusal = if query.contains("scope") {
            verify(&latchkey, query, &key).await.is(403)
        } else {
            verify(&latchkey, query, "wrong").await.is(401)
        };
        let challenge = refusal.header("www-authenticate");
        let (_, metadata) = challenge.split_once(r#"resource_metadata=""#).unwrap();
        let path = metadata.split('"').next().unwrap().strip_prefix(ISSUER).unwrap();
        let answer = latchkey.get(path).await.is(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.json()["resource"], resource, "{query}");
        assert_eq!(answer.json()["authorization_servers"], json!([ISSUER]));
    }
}

#[tokio::test]
async fn a_resource_has_metadata_also_at_its_own_path() {
    let latchkey = Latchkey::start_with_audiences(&["orders", MCP, API]).await;
    let path = "/.well-known/oauth-protected-resource";
    assert_eq!(latchkey.get(path).await.is(200).json()["resource"], ISSUER, "a name that is no URL has no metadata");
    assert_eq!(latchkey.get(&format!("{path}/mcp")).await.is(200).json()["resource"], MCP);
    for unknown in ["/mcp/x", "/MCP", "/mcp/", "?resource=orders", "?resource=", "?resource=https://mcp.example.com"] {
        latchkey.get(&format!("{path}{unknown}")).await.must_be_problem(404, "not-found");
    }
}
