//! The server functions by Bearer: what a credential with `access-keys:manage` may do, and what it may not.

use std::time::Duration;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::support::{Answer, Latchkey, latchkey::basic};

async fn call(latchkey: &Latchkey, authorization: &[&str], path: &str, arguments: Value) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    for value in authorization {
        request = request.header("authorization", *value);
    }
    latchkey.send(request.body(Body::from(arguments.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_key_created_by_a_credential_works_and_its_history_names_the_creator() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let manager = format!("Bearer {}", ana.create_manager().await);
    let manager_id =
        ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.json()["keys"][0]["id"].clone();
    let arguments = json!({ "kind": "api_key", "name": "Night shift" });
    let created = call(&latchkey, &[&manager], "/api/access-keys/create", arguments).await.is(200).json();
    let id = created["key"]["id"].clone();
    let activate = json!({ "id": id, "status": "active" });
    call(&latchkey, &[&manager], "/api/access-keys/set-status", activate).await.is(200);
    latchkey.ping(&basic(created["secret"].as_str().unwrap(), "")).await.is(200);
    let details = ana.call("/api/access-keys/get", json!({ "id": id })).await.is(200).json();
    let by: Vec<&Value> = details["history"].as_array().unwrap().iter().map(|entry| &entry["by"]).collect();
    assert_eq!(by, [&manager_id, &manager_id]);
}

#[tokio::test]
async fn an_access_token_manages_keys_until_its_client_is_deactivated() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "Provisioning").await;
    let scopes = json!({ "id": id, "scopes": ["access-keys:manage"] });
    ana.call("/api/access-keys/set-scopes", scopes).await.is(200);
    let token = latchkey.token(Some(&basic(&id, &secret)), "grant_type=client_credentials").await.is(200).json();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let list = json!({ "kind": "oauth_client" });
    call(&latchkey, &[&bearer], "/api/access-keys/list", list.clone()).await.is(200);
    ana.set_status(&id, "inactive").await.is(200);
    call(&latchkey, &[&bearer], "/api/access-keys/list", list).await.must_be_problem(401, "invalid-credential");
}

#[tokio::test]
async fn built_in_scopes_are_granted_only_in_a_session() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let manager = format!("Bearer {}", ana.create_manager().await);
    let (id, _) = ana.create("api_key", "WMS").await;
    for scope in ["access-keys:manage", "tokens:introspect"] {
        let create = json!({ "kind": "api_key", "name": "sly", "scopes": [scope] });
        call(&latchkey, &[&manager], "/api/access-keys/create", create).await.must_be_problem(403, "not-allowed");
        let grant = json!({ "id": id, "scopes": [scope] });
        call(&latchkey, &[&manager], "/api/access-keys/set-scopes", grant).await.must_be_problem(403, "not-allowed");
    }
    let keys = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2, "{keys}");
}

#[tokio::test]
async fn a_credential_cannot_activate_a_key_with_a_built_in_scope() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let manager = format!("Bearer {}", ana.create_manager().await);
    latchkey.wait(Duration::from_millis(1));
    ana.create_manager().await;
    let other = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.json()["keys"][0]["id"].clone();
    let set = async |authorization: Option<&str>, status: &str| {
        let arguments = json!({ "id": other, "status": status });
        match authorization {
            Some(value) => call(&latchkey, &[value], "/api/access-keys/set-status", arguments).await,
            None => ana.call("/api/access-keys/set-status", arguments).await,
        }
    };
    set(Some(&manager), "active").await.is(200);
    set(Some(&manager), "inactive").await.is(200);
    set(Some(&manager), "active").await.must_be_problem(403, "not-allowed");
    set(None, "active").await.is(200);
}

#[tokio::test]
async fn a_refusal_has_the_matching_challenge() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, plain) = ana.create_active("api_key", "no scopes").await;
    let list = json!({ "kind": "api_key" });
    let path = "/api/access-keys/list";
    let lacking = call(&latchkey, &[&format!("Bearer {plain}")], path, list.clone()).await;
    let lacking = lacking.must_be_problem(403, "insufficient-scope").header("www-authenticate");
    assert!(lacking.contains(r#"error="insufficient_scope", scope="access-keys:manage""#), "{lacking}");
    let bad = call(&latchkey, &["Bearer nonsense"], path, list.clone()).await;
    let bad = bad.must_be_problem(401, "invalid-credential").header("www-authenticate");
    assert!(bad.starts_with(r#"Bearer realm="Latchkey", error="invalid_token""#), "{bad}");
    let none = latchkey.call(path, list).await.must_be_problem(401, "not-signed-in").header("www-authenticate");
    assert!(none.starts_with("Bearer ") && !none.contains("error"), "{none}");
}

#[tokio::test]
async fn a_valid_credential_at_a_call_for_people_is_not_invalid_token() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let manager = format!("Bearer {}", ana.create_manager().await);
    let define = json!({ "name": "orders:read" });
    let refused = call(&latchkey, &[&manager], "/api/scopes/define", define.clone()).await;
    let refused = refused.must_be_problem(403, "not-allowed");
    assert_eq!(refused.header("www-authenticate"), "");
    for bad in ["Bearer nonsense", "Bearer", "Bearer ä"] {
        let answer = call(&latchkey, &[bad], "/api/scopes/define", define.clone()).await;
        let challenge = answer.must_be_problem(401, "invalid-credential").header("www-authenticate");
        assert!(challenge.contains(r#"error="invalid_token""#), "{challenge}");
    }
    let wrong = json!({ "email": "ana@example.com", "password": "wrong" });
    let answer = call(&latchkey, &[&manager], "/api/sign-in", wrong).await.must_be_problem(401, "wrong-credentials");
    assert!(!answer.header("www-authenticate").contains("error"), "the credential was not checked: {answer:?}");
}

#[tokio::test]
async fn only_a_single_bearer_credential_can_manage_keys() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let secret = ana.create_manager().await;
    let good = format!("Bearer {secret}");
    let list = json!({ "kind": "api_key" });
    let twice = [good.as_str(), good.as_str()];
    call(&latchkey, &twice, "/api/access-keys/list", list.clone()).await.is(400);
    for headers in [&[&*basic(&secret, "")][..], &["Bearer"], &["Bearer "], &[&format!("Bearer {secret} {secret}")]] {
        let answer = call(&latchkey, headers, "/api/access-keys/list", list.clone()).await;
        assert_eq!(answer.status, 401, "{headers:?}: {answer:?}");
    }
    let in_the_address = format!("/api/access-keys/list?access_token={secret}");
    call(&latchkey, &[], &in_the_address, list).await.is(401);
}
