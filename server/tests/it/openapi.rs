//! The `OpenAPI` description is correct: it is compared with what is registered, and with real calls.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use axum::{body::Body, http::Request};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{
    authorization::{CASES, Case, World, machine_routes},
    support::{
        Answer, Latchkey,
        latchkey::{basic, json_request},
    },
};

async fn description(latchkey: &Latchkey) -> Value {
    let answer = latchkey.get("/api/openapi.json").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// Returns a validator for a schema of the description.
fn validator(description: &Value, schema: &Value) -> Validator {
    let root = json!({ "components": description["components"], "allOf": [schema] });
    jsonschema::draft202012::new(&root).unwrap()
}

fn request_schema<'d>(description: &'d Value, path: &str) -> &'d Value {
    &description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
}

fn resolved<'d>(description: &'d Value, schema: &'d Value) -> &'d Value {
    let Some(reference) = schema["$ref"].as_str() else { return schema };
    description.pointer(reference.trim_start_matches('#')).unwrap()
}

#[tokio::test]
async fn every_function_and_every_route_is_described_and_nothing_else() {
    let latchkey = Latchkey::start().await;
    let description = description(&latchkey).await;
    assert_eq!(description["openapi"], "3.1.0");
    let described: BTreeSet<&str> = description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let functions = CASES.iter().map(|case| case.path);
    assert_eq!(described, machine_routes().chain(functions).collect());
}

#[tokio::test]
async fn the_servers_address_is_the_public_url() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let description = description(&latchkey).await;
    assert_eq!(description["servers"], json!([{ "url": "https://keys.example.com" }]));
    latchkey.administrator("ana@example.com").await;
    let cookie = latchkey.sign_in("ana@example.com").await.cookie;
    let (name, _) = cookie.split_once('=').unwrap();
    assert!(name.starts_with("__Host-latchkey_session_"), "{name}");
    assert_eq!(description["components"]["securitySchemes"]["session"]["name"], name);
}

#[tokio::test]
async fn real_arguments_and_replies_match_their_schemas() {
    for Case { path, arguments, .. } in CASES {
        let latchkey = Latchkey::start().await;
        let description = description(&latchkey).await;
        let ana = latchkey.administrator("ana@example.com").await;
        let arguments = arguments(&World::of(&ana).await);
        let body = validator(&description, request_schema(&description, path));
        assert!(body.is_valid(&arguments), "{path}: {arguments}");
        is_described(&description, "post", path, &ana.call(path, arguments).await);
    }
}

/// Checks a response: its status, its content type, its required headers, and every member of its body.
#[track_caller]
fn is_described(description: &Value, method: &str, path: &str, answer: &Answer) {
    let what = format!("{method} {path}: {answer:?}");
    let response = &description["paths"][path][method]["responses"][answer.status.as_str()];
    let response = resolved(description, response);
    assert!(response.is_object(), "{what}");
    for name in response["headers"].as_object().into_iter().flat_map(Map::keys) {
        assert!(answer.headers.contains_key(name), "{name}: {what}");
    }
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{what}");
        return;
    };
    let content_type = answer.header("content-type");
    let essence = content_type.split(';').next().unwrap();
    let schema = &content.get(essence).unwrap_or_else(|| panic!("{what}"))["schema"];
    if schema["type"] == "string" {
        return;
    }
    let errors: Vec<String> =
        validator(description, schema).iter_errors(&answer.json()).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {what}");
    let known = resolved(description, schema)["properties"].as_object();
    if let Some(known) = known {
        for member in answer.json().as_object().unwrap().keys() {
            assert!(known.contains_key(member), "{member} is not described: {what}");
        }
    }
}

/// Makes the calls of programs. Returns each with its expected status and its response.
async fn machine_calls(latchkey: &Latchkey) -> Vec<(&'static str, &'static str, u16, Answer)> {
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    ana.set_scopes(&id, &["tokens:introspect"]).await;
    let (_, key) = ana.create_active("api_key", "WMS").await;
    let client = basic(&id, &secret);
    let grant = "grant_type=client_credentials";
    let token = latchkey.token(Some(&client), grant).await;
    let access_token = token.json()["access_token"].as_str().unwrap().to_owned();
    let mut calls = vec![("post", "/oauth/token", 200, token)];
    for (path, form, status) in [
        ("/oauth/token", "", 400),
        ("/oauth/token", "grant_type=client_credentials&scope=x", 400),
        ("/oauth/introspect", &*format!("token={access_token}&token_type_hint=access_token"), 200),
        ("/oauth/introspect", &format!("token={key}"), 200),
        ("/oauth/introspect", "token=x", 200),
        ("/oauth/introspect", "", 400),
        ("/oauth/revoke", &format!("token={access_token}&token_type_hint=x"), 200),
        ("/oauth/revoke", &"x".repeat(70_000), 413),
    ] {
        calls.push(("post", path, status, latchkey.post_form(path, Some(&client), form).await));
    }
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
        calls.push(("post", path, 401, latchkey.post_form(path, None, grant).await));
        calls.push(("post", path, 405, latchkey.get(path).await));
    }
    calls.push(("post", "/oauth/introspect", 401, latchkey.post_form("/oauth/introspect", Some("Bearer x"), "").await));
    for path in [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/oauth/authorize",
        "/.well-known/jwks.json",
        "/api/openapi.json",
        "/livez",
        "/readyz",
    ] {
        calls.push(("get", path, 200, latchkey.get(path).await));
        let delete = Request::delete(path).body(Body::empty()).unwrap();
        calls.push(("get", path, 405, latchkey.send(delete).await));
    }
    let unknown = "/.well-known/oauth-protected-resource?resource=x";
    calls.push(("get", "/.well-known/oauth-protected-resource", 404, latchkey.get(unknown).await));
    calls.push(("post", "/oauth/token", 400, latchkey.token(Some(&client), &format!("{grant}&resource=x")).await));
    for path in ["/api/v1/ping", "/verify"] {
        for (authorization, status) in [(format!("Bearer {key}"), 200), ("Bearer x".to_owned(), 401)] {
            let request = Request::get(path).header("authorization", authorization).body(Body::empty()).unwrap();
            calls.push(("get", path, status, latchkey.send(request).await));
        }
    }
    let elsewhere = Request::get("/verify?resource=x").header("authorization", format!("Bearer {key}"));
    calls.push(("get", "/verify", 401, latchkey.send(elsewhere.body(Body::empty()).unwrap()).await));
    for query in ["scope=x", "organization=x"] {
        let request = Request::get(format!("/verify?{query}")).header("authorization", format!("Bearer {key}"));
        calls.push(("get", "/verify", 403, latchkey.send(request.body(Body::empty()).unwrap()).await));
    }
    calls
}

#[tokio::test]
async fn responses_to_programs_match_their_schemas() {
    let latchkey = Latchkey::start().await;
    let description = description(&latchkey).await;
    let calls = machine_calls(&latchkey).await;
    for (method, path, status, answer) in &calls {
        assert_eq!(answer.status, *status, "{path}: {answer:?}");
        is_described(&description, method, path, answer);
    }
    let called: BTreeSet<&str> =
        calls.iter().filter(|(_, _, status, _)| *status == 200).map(|(_, path, _, _)| *path).collect();
    assert_eq!(called, machine_routes().collect());
}

#[tokio::test]
async fn every_call_describes_431_and_every_path_405() {
    let latchkey = Latchkey::start().await;
    let description = description(&latchkey).await;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, call) in methods.as_object().unwrap() {
            assert!(call["responses"].get("431").is_some(), "{method} {path}");
            assert_eq!(call["responses"].get("405").is_some(), path != "/verify", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn all_responses_share_one_copy() {
    let latchkey = Latchkey::start().await;
    for path in ["/api/openapi.json", "/docs/api"] {
        let (one, two) = (latchkey.get(path).await.is(200), latchkey.get(path).await.is(200));
        assert_eq!(one.body.as_ptr(), two.body.as_ptr(), "{path}");
    }
}

#[tokio::test]
async fn only_required_fields_are_reported_as_missing() {
    let latchkey = Latchkey::start().await;
    let description = description(&latchkey).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let world = World::of(&ana).await;
    for Case { path, arguments, .. } in CASES.iter().filter(|case| case.path != "/api/sign-out") {
        let Value::Object(arguments) = arguments(&world) else { panic!("{path}") };
        let schema = resolved(&description, request_schema(&description, path));
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for name in arguments.keys() {
            let without: Map<String, Value> =
                arguments.iter().filter(|(other, _)| *other != name).map(|(k, v)| (k.clone(), v.clone())).collect();
            let answer = latchkey.send(json_request(path, None, &without.into())).await;
            let is_missed = answer.json()["detail"].as_str().is_some_and(|detail| detail.contains("is missing"));
            assert_eq!(is_missed, required.contains(name.as_str()), "{path} without {name}: {answer:?}");
        }
        let known: BTreeSet<&String> = schema["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        assert!(arguments.keys().all(|name| known.contains(name)), "{path}: {known:?}");
    }
}

#[tokio::test]
async fn requests_deny_unknown_fields_and_enums_are_enums() {
    let latchkey = Latchkey::start().await;
    let description = description(&latchkey).await;
    for Case { path, .. } in CASES {
        let schema = resolved(&description, request_schema(&description, path));
        assert_eq!(schema["additionalProperties"], json!(false), "{path}");
    }
    let kind = &description["components"]["schemas"]["Kind"];
    assert_eq!((&kind["type"], &kind["enum"]), (&json!("string"), &json!(["oauth_client", "api_key"])), "{kind}");
    for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        assert!(choices.filter(|choice| choice.get("const").is_some()).count() == 0, "{name}: {schema}");
    }
    let limit = &description["components"]["schemas"]["PageRequest"]["properties"]["limit"];
    assert_eq!((&limit["minimum"], &limit["maximum"]), (&json!(1), &json!(200)), "{limit}");
}

#[tokio::test]
async fn the_page_shows_every_call_and_runs_only_its_own_script() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/docs/api").await.is(200);
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    let scripts: Vec<&str> =
        answer.text().split("<script>").skip(1).map(|rest| rest.split("</script>").next().unwrap()).collect();
    assert_eq!((scripts.len(), answer.text().matches("<script").count()), (1, 1));
    let hash = BASE64_STANDARD.encode(digest(&SHA256, scripts[0].as_bytes()));
    assert!(policy.contains(&format!("script-src 'sha256-{hash}';")), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for Case { path, .. } in CASES {
        assert!(answer.text().contains(path), "{path}");
    }
}

#[test]
fn every_problem_is_listed_in_the_documents() {
    let documents = include_str!("../../../docs/problems.md");
    for kind in latchkey_model::problem::ProblemKind::ALL.iter().filter(|kind| kind.status() > 0) {
        let row = format!("| `{}` | {} |", kind.slug(), kind.status());
        assert!(documents.contains(&row), "{row}");
    }
}
