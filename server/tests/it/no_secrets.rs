//! After a whole run no secret stands in the database, its write-ahead log or any log.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD,
    binary::{Binary, Server, files_below},
    latchkey::{basic, token_of},
};

const WRONG_PASSWORD: &str = "a-wrong-password-1f9c";
const NEW_PASSWORD: &str = "tangerine-41-staple-lamp";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn session_token(cookie: &str) -> String {
    cookie.split_once('=').unwrap().1.to_owned()
}

/// People: set-up, a wrong password, an invitation, a recovery, sign-out. Tells the administrator's cookie.
fn people(server: &mut Server, secrets: &mut Vec<String>) -> String {
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    server.call("/api/sign-in", "", &json!({ "email": "ana@example.com", "password": WRONG_PASSWORD })).is(401);
    let invited = server.call("/api/members/invite", &ana, &json!({ "email": "ben@example.com", "role": "member" }));
    let invitation = token_of(&text(&invited.is(200).json()["link"]));
    let accept = json!({ "token": invitation, "password": PASSWORD });
    let ben = server.call("/api/members/accept", "", &accept).is(200).cookie;
    let session = server.call("/api/session", &ben, &json!({})).is(200).json();
    let recovery = server.call("/api/members/recovery-link", &ana, &json!({ "id": session["member_id"] }));
    let recovery = token_of(&text(&recovery.is(200).json()["link"]));
    let reset = json!({ "token": recovery, "new": NEW_PASSWORD });
    let again = server.call("/api/reset-password", "", &reset).is(200).cookie;
    server.call("/api/sign-out", &again, &json!({})).is(200);
    secrets.extend([token, invitation, recovery]);
    secrets.extend([PASSWORD, WRONG_PASSWORD, NEW_PASSWORD].map(str::to_owned));
    secrets.extend([&ana, &ben, &again].map(|cookie| session_token(cookie)));
    ana
}

/// Machines: both kinds of key, used rightly and wrongly, and a body that cannot be read.
fn machines(server: &Server, ana: &str, secrets: &mut Vec<String>) {
    let create = |kind: &str| {
        let created = server.call("/api/access-keys/create", ana, &json!({ "kind": kind, "name": "WMS" }));
        let created = created.is(200).json();
        let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
        server.call("/api/access-keys/set-status", ana, &json!({ "id": id, "status": "active" })).is(200);
        (id, secret)
    };
    let (id, secret) = create("oauth_client");
    let (key_id, key) = create("api_key");
    let grant = [("grant_type", "client_credentials")];
    let token = server.post_form("/oauth/token", &basic(&id, &secret), &grant).is(200).json();
    let token = text(&token["access_token"]);
    server.get("/api/v1/ping", &format!("Bearer {token}")).is(200);
    server.get("/api/v1/ping", &basic(&key, "")).is(200);
    server.get("/api/v1/ping", &format!("Bearer {secret}")).is(401);
    server.get("/verify", &format!("Bearer {token}")).is(200);
    server.get(&format!("/verify/{key}?access_token={key}"), "").is(401);
    server.post_form("/oauth/introspect", &basic(&id, &secret), &[("token", &*key)]).is(403);
    server.post_form("/oauth/revoke", &basic(&id, &secret), &[("token", &*token)]).is(200);
    server.call("/api/access-keys/validate", ana, &json!({ "id": key_id, "secret": key })).is(200);
    server.call("/api/access-keys/validate", ana, &json!({ "id": [key], "secret": secret })).is(400);
    server.call("/api/sign-in", "", &json!({ "email": [PASSWORD], "password": {"x": PASSWORD} })).is(400);
    // What follows the ID is the secret part; the ID itself is none.
    let random = |secret: &str| secret.rsplit_once('_').unwrap().1.to_owned();
    secrets.extend([random(&secret), random(&key), token]);
}

#[track_caller]
fn look_for(secrets: &[String], binary: &Binary) {
    let mut seen = Vec::new();
    for path in files_below(binary.folder.path()) {
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            assert!(secret.len() >= 12, "too short to be looked for");
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a secret", path.display());
        }
        seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    for expected in ["latchkey.db", "log"] {
        assert!(seen.iter().any(|name| name == expected), "{seen:?}");
    }
}

#[test]
fn no_secret_is_in_the_database_or_in_a_log_however_much_is_logged() {
    let binary = Binary::new().with("LATCHKEY_LOG", "trace");
    let mut server = binary.serve();
    let mut secrets = Vec::new();
    let ana = people(&mut server, &mut secrets);
    machines(&server, &ana, &mut secrets);
    let log = std::fs::read_to_string(&server.log).unwrap();
    assert!(log.contains("request"), "the log is the one that was asked for");
    look_for(&secrets, &binary);
    assert_eq!(server.stop().0, Some(0));
    look_for(&secrets, &binary);
}
