//! Responses when a limit is reached.

use latchkey_engine::Limits;
use serde_json::json;

use crate::support::latchkey::{Latchkey, basic};

#[tokio::test]
async fn a_reached_limit_is_a_problem_that_names_the_setting() {
    let limits = Limits { keys: 1, scopes: 1, links: 1, ..Limits::default() };
    let latchkey = Latchkey::start_with_limits(limits).await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (path, first, second, detail) in [
        (
            "/api/access-keys/create",
            json!({ "kind": "api_key", "name": "WMS" }),
            json!({ "kind": "oauth_client", "name": "ERP" }),
            "This organization has all the keys that LATCHKEY_MAX_KEYS allows: 1. Deleted keys count for 30 days.",
        ),
        (
            "/api/scopes/define",
            json!({ "name": "orders:read" }),
            json!({ "name": "orders:write" }),
            "This organization has all the scopes that LATCHKEY_MAX_SCOPES allows: 1.",
        ),
        (
            "/api/members/invite",
            json!({ "email": "ben@example.com", "role": "member" }),
            json!({ "email": "cy@example.com", "role": "member" }),
            "This organization has all the pending invitations that LATCHKEY_MAX_LINKS allows: 1.",
        ),
    ] {
        ana.call(path, first).await.is(200);
        let problem = ana.call(path, second).await.must_be_problem(409, "limit-reached");
        assert_eq!(problem.json()["detail"], detail, "{path}");
    }
}

#[tokio::test]
async fn a_client_that_revokes_too_much_gets_retry_after() {
    let latchkey = Latchkey::start_with_limits(Limits { revocations: 2, ..Limits::default() }).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let issued =
            latchkey.post_form("/oauth/token", Some(&basic(&id, &secret)), "grant_type=client_credentials").await;
        tokens.push(issued.is(200).json()["access_token"].as_str().unwrap().to_owned());
    }
    let revoke = async |token: &str| {
        latchkey.post_form("/oauth/revoke", Some(&basic(&id, &secret)), &format!("token={token}")).await
    };
    revoke(&tokens[0]).await.is(200);
    revoke(&tokens[1]).await.is(200);
    let answer = revoke(&tokens[2]).await.is(503);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    latchkey.ping(&format!("Bearer {}", tokens[2])).await.is(200);
    latchkey.ping(&format!("Bearer {}", tokens[1])).await.is(401);
}
