//! `/api/access-keys/*`.

use serde_json::{Value, json};

use crate::support::{Latchkey, Person, START};

const UNKNOWN: &str = "ak_000000000000";

async fn details(person: &Person<'_>, id: &str) -> Value {
    person.call("/api/access-keys/get", json!({ "id": id })).await.is(200).json()
}

#[tokio::test]
async fn a_key_is_created_inactive_and_its_secret_is_shown_once() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let created =
        ana.call("/api/access-keys/create", json!({ "kind": "api_key", "name": " Lager “Süd” <b> 🚚 " })).await;
    let created = created.is(200).json();
    let (key, secret) = (&created["key"], created["secret"].as_str().unwrap());
    assert_eq!(key["name"], "Lager “Süd” <b> 🚚");
    assert_eq!((&key["status"], &key["kind"]), (&json!("inactive"), &json!("api_key")));
    assert_eq!((&key["created_at"], &key["created_by"]), (&json!(START), &json!("ana@example.com")));
    let id = key["id"].as_str().unwrap();
    assert!(secret.starts_with(&format!("lk_{id}_")), "the secret holds its ID");
    let list = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200);
    assert_eq!(list.json()["keys"], json!([key]));
    for answer in [list, ana.call("/api/access-keys/get", json!({ "id": id })).await] {
        assert!(!answer.text().contains(secret) && answer.json().get("secret").is_none());
    }
}

#[tokio::test]
async fn a_key_is_renamed_activated_deleted_and_restored() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, _) = ana.create("oauth_client", "ERP").await;
    let renamed = ana.call("/api/access-keys/rename", json!({ "id": id, "name": "SAP" })).await.is(200).json();
    assert_eq!(renamed["key"]["name"], "SAP");
    assert_eq!(ana.set_status(&id, "active").await.is(200).json()["key"]["status"], "active");
    assert_eq!(ana.set_status(&id, "active").await.is(200).json()["key"]["status"], "active");
    let delete = |name: &str| json!({ "id": id, "name": name });
    let refused = ana.call("/api/access-keys/delete", delete("ERP")).await.must_be_problem(422, "invalid-field");
    assert_eq!(refused.json()["field"], "name");
    let deleted = ana.call("/api/access-keys/delete", delete("SAP")).await.is(200).json();
    assert_eq!(deleted["key"]["status"], "deleted");
    ana.call("/api/access-keys/rename", json!({ "id": id, "name": "X" })).await.must_be_problem(404, "not-found");
    let restored = ana.call("/api/access-keys/restore", json!({ "id": id })).await.is(200).json();
    assert_eq!(restored["key"]["status"], "inactive");
    ana.call("/api/access-keys/restore", json!({ "id": id })).await.must_be_problem(409, "conflict");
    let history = details(&ana, &id).await["history"].clone();
    let actions: Vec<_> = history.as_array().unwrap().iter().map(|record| record["action"].clone()).collect();
    assert_eq!(json!(actions), json!(["restored", "deleted", "activated", "renamed", "created"]));
    assert_eq!(history[0]["from"], "203.0.113.7");
}

#[tokio::test]
async fn a_bad_name_is_reported_at_its_field_and_creates_nothing() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (name, detail) in [
        (String::new(), "Enter a name."),
        ("  ".to_owned(), "Enter a name."),
        ("x".repeat(101), "Use at most 100 characters."),
        ("a\nb".to_owned(), "Use no line breaks or control characters."),
    ] {
        let arguments = json!({ "kind": "api_key", "name": name });
        let answer = ana.call("/api/access-keys/create", arguments).await.must_be_problem(422, "invalid-field").json();
        assert_eq!((&answer["field"], &answer["detail"]), (&json!("name"), &json!(detail)));
    }
    let past = json!({ "kind": "api_key", "name": "x", "expires_at": START - 1 });
    let answer = ana.call("/api/access-keys/create", past).await.must_be_problem(422, "invalid-field");
    assert_eq!(answer.json()["field"], "expires_at");
    let list = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    assert_eq!(list["keys"], json!([]));
}

#[tokio::test]
async fn an_expiry_in_another_unit_than_milliseconds_is_refused() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let year_3000 = 32_503_680_000_000_i64;
    let create = async |expires_at: &Value| {
        let arguments = json!({ "kind": "api_key", "name": "x", "expires_at": expires_at });
        ana.call("/api/access-keys/create", arguments).await
    };
    for (expires_at, detail) in [
        (year_3000, "Choose a time before the year 3000. Is it in milliseconds?"),
        (1_893_456_000_000_000, "Choose a time before the year 3000. Is it in milliseconds?"),
        (1_893_456_000_000_000_000, "Choose a time before the year 3000. Is it in milliseconds?"),
        (i64::MAX, "Choose a time before the year 3000. Is it in milliseconds?"),
        (1_893_456_000, "Choose a time in the future. Is it in milliseconds?"),
        (START, "Choose a time in the future."),
        (START / 1000 - 1, "Choose a time in the future."),
        (0, "Choose a time in the future."),
        (-1_893_456_000_000, "Choose a time in the future."),
        (i64::MIN, "Choose a time in the future."),
    ] {
        let answer = create(&json!(expires_at)).await.must_be_problem(422, "invalid-field").json();
        assert_eq!((&answer["field"], &answer["detail"]), (&json!("expires_at"), &json!(detail)), "{expires_at}");
    }
    // This is not a whole number of 64 bits.
    for expires_at in [json!(1_893_456_000_000.5), json!(1.0e300), json!(u64::MAX), json!("2030-01-01")] {
        assert_eq!(create(&expires_at).await.must_be_problem(422, "invalid-field").json()["field"], "expires_at");
    }
    let list = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    assert_eq!(list["keys"], json!([]));
    create(&json!(year_3000 - 1)).await.is(200);
}

#[tokio::test]
async fn the_same_request_sent_twice_creates_one_key() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let arguments = json!({ "kind": "api_key", "name": "WMS", "request_id": "5f1c9a20-once" });
    let first = ana.call("/api/access-keys/create", arguments.clone()).await.is(200).json();
    let second = ana.call("/api/access-keys/create", arguments).await.must_be_problem(409, "already-created");
    assert_eq!(second.json()["id"], first["key"]["id"]);
    assert!(!second.text().contains(first["secret"].as_str().unwrap()));
}

#[tokio::test]
async fn the_list_comes_in_pages_and_can_be_searched() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for name in ["one", "two", "three"] {
        ana.create("api_key", name).await;
    }
    let names = |answer: &Value| -> Vec<String> {
        let keys = answer["keys"].as_array().unwrap();
        keys.iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
    };
    let list = async |arguments: Value| ana.call("/api/access-keys/list", arguments).await.is(200).json();
    let first = list(json!({ "kind": "api_key", "limit": 2 })).await;
    let second = list(json!({ "kind": "api_key", "limit": 2, "cursor": first["next_cursor"] })).await;
    let mut all = names(&first);
    all.extend(names(&second));
    all.sort();
    assert_eq!(all, ["one", "three", "two"]);
    assert!(second.get("next_cursor").is_none());
    assert_eq!(names(&list(json!({ "kind": "api_key", "search": "TW" })).await), ["two"]);
    assert_eq!(names(&list(json!({ "kind": "api_key", "status": "active" })).await), Vec::<String>::new());
    let bad = json!({ "kind": "api_key", "cursor": "no cursor" });
    let answer = ana.call("/api/access-keys/list", bad).await.must_be_problem(422, "invalid-field");
    assert_eq!(answer.json()["field"], "cursor");
}

#[tokio::test]
async fn validate_checks_a_pair_of_id_and_secret() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let (active, good) = ana.create_active("api_key", "active").await;
    let (inactive, other) = ana.create("oauth_client", "inactive").await;
    let (foreign, foreign_secret) = eve.create_active("api_key", "foreign").await;
    for (id, secret, outcome) in [
        (active.as_str(), good.as_str(), "valid"),
        (&inactive, &other, "inactive"),
        (&active, &other, "wrong_secret"),
        (&foreign, &foreign_secret, "unknown"),
        (UNKNOWN, &good, "unknown"),
        ("no ID at all", &good, "unknown"),
    ] {
        let arguments = json!({ "id": id, "secret": secret });
        let answer = ana.call("/api/access-keys/validate", arguments).await.is(200).json();
        assert_eq!(answer, json!({ "outcome": outcome }), "{id}");
    }
    assert!(details(&ana, &active).await["key"].get("last_used").is_none(), "validate counts as use");
}

#[tokio::test]
async fn the_first_use_is_shown_at_once_with_its_address() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("api_key", "WMS").await;
    assert!(details(&ana, &id).await["key"].get("first_used").is_none());
    latchkey.ping(&format!("Bearer {secret}")).await.is(200);
    assert_eq!(details(&ana, &id).await["key"]["first_used"], json!({ "at": START, "from": "203.0.113.7" }));
}

#[tokio::test]
async fn an_unknown_key_and_another_organizations_look_the_same() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (foreign, _) = latchkey.administrator("eve@example.com").await.create("api_key", "foreign").await;
    for (path, rest) in [
        ("get", json!({})),
        ("rename", json!({ "name": "mine" })),
        ("set-status", json!({ "status": "active" })),
        ("delete", json!({ "name": "foreign" })),
        ("restore", json!({})),
    ] {
        let mut answers = Vec::new();
        for id in [&foreign, UNKNOWN] {
            let mut arguments = rest.clone();
            arguments["id"] = json!(id);
            answers
                .push(ana.call(&format!("/api/access-keys/{path}"), arguments).await.must_be_problem(404, "not-found"));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}
