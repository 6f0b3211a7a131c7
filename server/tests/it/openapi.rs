//! The description of the calls tells the truth: it is compared with what is registered, and with real calls.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::{
    authorization::{CASES, Case, ROUTES, World},
    support::{Latchkey, latchkey::json_request},
};

async fn description(latchkey: &Latchkey) -> Value {
    let answer = latchkey.get("/api/openapi.json").await.is(200);
    assert_eq!(answer.header("content-type"), "application/json");
    answer.json()
}

/// Checks values against a schema that stands in the description.
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
    let routes = ROUTES.iter().filter(|(path, status)| *status != 404 && !path.contains("{*") && *path != "/verify/");
    let routes = routes.map(|(path, _)| *path).filter(|path| *path != "/docs/api");
    let functions = CASES.iter().map(|case| case.path);
    assert_eq!(described, routes.chain(functions).collect());
}

#[tokio::test]
async fn the_servers_address_is_the_public_url() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let description = description(&latchkey).await;
    assert_eq!(description["servers"], json!([{ "url": "https://keys.example.com" }]));
    assert_eq!(description["components"]["securitySchemes"]["session"]["name"], "__Host-latchkey_session");
}

#[tokio::test]
async fn real_arguments_and_replies_are_of_the_shapes_described() {
    for Case { path, arguments, .. } in CASES {
        let latchkey = Latchkey::start().await;
        let description = description(&latchkey).await;
        let ana = latchkey.administrator("ana@example.com").await;
        let arguments = arguments(&World::of(&ana).await);
        let body = validator(&description, request_schema(&description, path));
        assert!(body.is_valid(&arguments), "{path}: {arguments}");
        let answer = ana.call(path, arguments).await;
        let replies = &description["paths"][*path]["post"]["responses"];
        let told = match answer.status.as_u16() {
            200 => &replies["200"]["content"]["application/json"]["schema"],
            status => {
                assert!(replies.get(status.to_string()).is_some(), "{path} answers {status}");
                &description["components"]["responses"]["Problem"]["content"]["application/problem+json"]["schema"]
            }
        };
        let errors: Vec<String> =
            validator(&description, told).iter_errors(&answer.json()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:?} in {answer:?}");
    }
}

#[tokio::test]
async fn what_is_required_is_missed_and_nothing_else() {
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
async fn the_page_shows_every_call_and_runs_no_script_but_its_own() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/docs/api").await.is(200);
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'nonce-"), "{policy}");
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
