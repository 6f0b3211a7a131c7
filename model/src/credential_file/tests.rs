use std::process::Command;

use super::*;
use crate::{access_key::KeyStatus, timestamp::Timestamp};

fn key_of(id: &str, name: &str) -> AccessKey {
    let id: AccessKeyId = id.parse().unwrap();
    AccessKey {
        kind: id.kind(),
        id,
        name: name.to_owned(),
        status: KeyStatus::Inactive,
        scopes: crate::scope::Scopes::default(),
        authentication: crate::access_key::AuthenticationMethod::Secret,
        token_lifetime: None,
        created_at: Timestamp(0),
        created_by: "ana@example.com".to_owned(),
        expires_at: None,
        deleted_at: None,
        first_used: None,
        last_used: None,
    }
}

fn file_with(id: &str, name: &str, secret: &OneTimeSecret) -> CredentialFile {
    CredentialFile::new(&key_of(id, name), secret, "http://127.0.0.1:3000/", "http://lan:3000", "2026-01-02T03:04:05Z")
}

fn file_of(id: &str, name: &str) -> CredentialFile {
    file_with(id, name, &OneTimeSecret::Secret(Secret::from(format!("lk_{id}_secret"))))
}

#[test]
fn the_json_of_an_oauth_client_has_the_basic_value_and_both_urls() {
    let json: serde_json::Value = serde_json::from_str(&file_of("oc_7Hq2mV9cXw4T", "Warehouse").json()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "kind": "oauth_client",
            "name": "Warehouse",
            "id": "oc_7Hq2mV9cXw4T",
            "secret": "lk_oc_7Hq2mV9cXw4T_secret",
            "authorization": format!("Basic {}", STANDARD.encode("oc_7Hq2mV9cXw4T:lk_oc_7Hq2mV9cXw4T_secret")),
            "token_url": "http://127.0.0.1:3000/oauth/token",
            "ping_url": "http://127.0.0.1:3000/api/v1/ping",
            "created_at": "2026-01-02T03:04:05Z",
        })
    );
}

#[test]
fn the_json_of_an_api_key_has_the_secret_as_username_and_no_token_url() {
    let json: serde_json::Value = serde_json::from_str(&file_of("ak_7Hq2mV9cXw4T", "WMS").json()).unwrap();
    assert_eq!(json["authorization"], format!("Basic {}", STANDARD.encode("lk_ak_7Hq2mV9cXw4T_secret:")));
    assert_eq!(json.get("token_url"), None);
}

#[test]
fn a_private_key_is_an_object_in_the_json() {
    let jwk = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"BB","d":"CC","alg":"ES256"}"#;
    let file = file_with("oc_7Hq2mV9cXw4T", "WMS", &OneTimeSecret::PrivateKey(Secret::from(jwk.to_owned())));
    let json: serde_json::Value = serde_json::from_str(&file.json()).unwrap();
    assert_eq!(json["private_key"], serde_json::from_str::<serde_json::Value>(jwk).unwrap());
    assert_eq!(json["issuer"], "http://lan:3000");
    assert_eq!((json.get("secret"), json.get("authorization")), (None, None));
    assert!(file.env().contains(&format!("\nCLIENT_PRIVATE_KEY='{jwk}'\nCLIENT_ISSUER=http://lan:3000\n")));
    assert!(!format!("{file:?}").contains("CC"));
}

#[test]
fn the_env_file_of_an_oauth_client_has_everything_that_the_json_has() {
    let basic = STANDARD.encode("oc_7Hq2mV9cXw4T:lk_oc_7Hq2mV9cXw4T_secret");
    let expected = format!(
        "CLIENT_KIND=oauth_client\n\
         CLIENT_NAME='Depot North'\n\
         CLIENT_ID=oc_7Hq2mV9cXw4T\n\
         CLIENT_SECRET=lk_oc_7Hq2mV9cXw4T_secret\n\
         CLIENT_AUTHORIZATION='Basic {basic}'\n\
         CLIENT_TOKEN_URL=http://127.0.0.1:3000/oauth/token\n\
         CLIENT_PING_URL=http://127.0.0.1:3000/api/v1/ping\n\
         CLIENT_CREATED_AT=2026-01-02T03:04:05Z\n"
    );
    assert_eq!(file_of("oc_7Hq2mV9cXw4T", "Depot North").env(), expected);
}

#[test]
fn the_env_file_leaves_plain_values_unquoted() {
    let env = file_of("ak_7Hq2mV9cXw4T", "Lager Süd").env();
    assert!(env.contains("\nAPI_KEY=lk_ak_7Hq2mV9cXw4T_secret\n"), "{env}");
    assert!(env.contains("\nAPI_KEY_PING_URL=http://127.0.0.1:3000/api/v1/ping\n"), "{env}");
    assert!(env.contains("\nAPI_KEY_NAME='Lager Süd'\n"), "{env}");
    assert!(!env.contains("TOKEN_URL"), "{env}");
}

#[test]
fn a_shell_reads_every_name_and_executes_nothing() {
    let read = |name: &str| {
        let script = format!("set -eu\n{}printf %s \"$CLIENT_NAME\"", file_of("oc_7Hq2mV9cXw4T", name).env());
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{name}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for name in ["Ana's", "a \"b\" $HOME `id` $(id)", "倉庫 #1; rm -rf *", "!!", "~", "*"] {
        assert_eq!(read(name), name);
    }
    assert_eq!(read("Ana's $(id)"), "Ana\u{2019}s $(id)");
    assert_eq!(read("Ana's $(id) \\"), "Ana\u{2019}s $(id) \u{2216}");
}

#[test]
fn a_backslash_in_a_name_does_not_hide_the_next_lines_from_a_dotenv_library() {
    for name in ["Depot \\", "C:\\new\\", "Ana's \\", "\\"] {
        let env = file_of("oc_7Hq2mV9cXw4T", name).env();
        assert!(!env.contains('\\'), "{env}");
        assert!(env.contains("\u{2216}"), "{env}");
    }
}

#[test]
fn a_file_name_keeps_letters_of_every_script() {
    assert_eq!(file_of("ak_7Hq2mV9cXw4T", "Lager Süd 倉庫").file_name("json"), "Lager-Süd-倉庫-ak_7Hq2mV9cXw4T.json");
    assert_eq!(file_of("oc_7Hq2mV9cXw4T", "WMS").file_name("env"), "WMS-oc_7Hq2mV9cXw4T.env");
}

#[test]
fn a_file_name_is_safe_for_every_key_name() {
    let name_of = |name: &str| file_of("ak_7Hq2mV9cXw4T", name).file_name("json");
    assert_eq!(name_of("../../etc/passwd"), "etc-passwd-ak_7Hq2mV9cXw4T.json");
    assert_eq!(name_of("..\\.ssh:<x>|\"y\"?*"), "ssh-x-y-ak_7Hq2mV9cXw4T.json");
    assert_eq!(name_of("CON.x"), "CON-x-ak_7Hq2mV9cXw4T.json");
    assert_eq!(name_of("--"), "ak_7Hq2mV9cXw4T.json");
    assert_eq!(name_of("a\u{202E}b\u{200B}\u{0}c"), "a-b-c-ak_7Hq2mV9cXw4T.json");
    for long in ["a".repeat(100), "倉".repeat(100), "🚚".repeat(100)] {
        let name = name_of(&long);
        assert!(name.len() <= 130 && name.ends_with("-ak_7Hq2mV9cXw4T.json"), "{name}");
    }
}

#[test]
fn debug_output_of_a_file_hides_the_secret() {
    let text = format!("{:?}", file_of("ak_7Hq2mV9cXw4T", "WMS"));
    assert!(!text.contains("_secret") && !text.contains("Basic"), "{text}");
}
