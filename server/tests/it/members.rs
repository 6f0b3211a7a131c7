//! `/api/members/*`.

use serde_json::json;

use crate::support::{Latchkey, PASSWORD, latchkey::token_of};

#[tokio::test]
async fn an_invitation_can_be_read_and_accepted_once() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let arguments = json!({ "email": "Ben@Example.com", "role": "member" });
    let invited = ana.call("/api/members/invite", arguments).await.is(200).json();
    let link = invited["link"].as_str().unwrap();
    assert!(link.starts_with("http://127.0.0.1:3000/accept-invitation#"), "{link}");
    let token = token_of(link);
    let invitation = latchkey.call("/api/members/invitation", json!({ "token": token })).await.is(200).json();
    let expected =
        json!({ "organization": "Organization of ana@example.com", "email": "ben@example.com", "role": "member" });
    assert_eq!(invitation, expected);
    let weak = json!({ "token": token, "password": "short" });
    let refused = latchkey.call("/api/members/accept", weak).await.must_be_problem(422, "invalid-field");
    assert_eq!(refused.json()["field"], "password");
    let accept = json!({ "token": token, "password": PASSWORD });
    latchkey.call("/api/members/accept", accept.clone()).await.is(200);
    latchkey.call("/api/members/accept", accept).await.must_be_problem(410, "link-ended");
    latchkey.call("/api/members/invitation", json!({ "token": token })).await.must_be_problem(410, "link-ended");
    latchkey.call("/api/members/invitation", json!({ "token": "nonsense" })).await.must_be_problem(410, "link-ended");
}

#[tokio::test]
async fn a_withdrawn_invitation_is_gone_and_its_link_is_invalid() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let arguments = json!({ "email": "ben@example.com", "role": "member" });
    let invited = ana.call("/api/members/invite", arguments).await.is(200).json();
    let withdraw = json!({ "email": "Ben@Example.com" });
    assert_eq!(ana.call("/api/members/withdraw", withdraw.clone()).await.is(200).json(), json!({}));
    assert_eq!(ana.call("/api/members/list-invitations", json!({})).await.is(200).json()["invitations"], json!([]));
    let accept = json!({ "token": token_of(invited["link"].as_str().unwrap()), "password": PASSWORD });
    latchkey.call("/api/members/accept", accept).await.must_be_problem(410, "link-ended");
    ana.call("/api/members/withdraw", withdraw).await.must_be_problem(404, "not-found");
}

#[tokio::test]
async fn members_are_listed_and_only_administrators_see_who_is_invited() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = ana.invite("ben@example.com", "member").await;
    ana.call("/api/members/invite", json!({ "email": "cleo@example.com", "role": "administrator" })).await.is(200);
    let list = ana.call("/api/members/list", json!({})).await.is(200).json();
    assert_eq!(list["members"][0]["email"], "ana@example.com");
    assert_eq!(list["members"][1]["role"], "member");
    let invited = ana.call("/api/members/list-invitations", json!({})).await.is(200).json();
    assert_eq!(invited["invitations"][0]["email"], "cleo@example.com");
    let list = ben.call("/api/members/list", json!({})).await.is(200).json();
    assert_eq!(list["members"].as_array().unwrap().len(), 2);
    let invited = ben.call("/api/members/list-invitations", json!({})).await.is(200).json();
    assert_eq!(invited, json!({ "invitations": [] }));
}

#[tokio::test]
async fn lists_are_paginated() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    ana.invite("ben@example.com", "member").await;
    for email in ["cleo@example.com", "dan@example.com"] {
        ana.call("/api/members/invite", json!({ "email": email, "role": "member" })).await.is(200);
    }
    for (path, entries) in [
        ("/api/members/list", "members"),
        ("/api/members/list-invitations", "invitations"),
        ("/api/scopes/list", "scopes"),
    ] {
        let first = ana.call(path, json!({ "limit": 1 })).await.is(200).json();
        let second = ana.call(path, json!({ "limit": 1, "cursor": first["next_cursor"] })).await.is(200).json();
        assert_eq!(second["next_cursor"], json!(null), "{path}");
        let whole = ana.call(path, json!({})).await.is(200).json();
        assert_eq!(whole[entries], json!([first[entries][0], second[entries][0]]), "{path}");
        let refused = ana.call(path, json!({ "cursor": "no place" })).await.must_be_problem(422, "invalid-field");
        assert_eq!(refused.json()["field"], "cursor", "{path}");
    }
}

#[tokio::test]
async fn a_role_applies_from_the_next_request() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = ana.invite("ben@example.com", "member").await;
    let create = json!({ "kind": "api_key", "name": "WMS" });
    ben.call("/api/access-keys/create", create.clone()).await.must_be_problem(403, "not-allowed");
    let promote = json!({ "id": ben.id().await, "role": "administrator" });
    let changed = ana.call("/api/members/set-role", promote).await.is(200).json();
    assert_eq!(changed["member"]["role"], "administrator");
    ben.call("/api/access-keys/create", create).await.is(200);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_removed() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    ana.invite("ben@example.com", "member").await;
    let id = ana.id().await;
    let demote = json!({ "id": id, "role": "member" });
    ana.call("/api/members/set-role", demote).await.must_be_problem(409, "conflict");
    ana.call("/api/members/remove", json!({ "id": id })).await.must_be_problem(409, "conflict");
    ana.call("/api/access-keys/create", json!({ "kind": "api_key", "name": "WMS" })).await.is(200);
}

#[tokio::test]
async fn a_removed_member_loses_access_at_once() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = ana.invite("ben@example.com", "member").await;
    ana.call("/api/members/remove", json!({ "id": ben.id().await })).await.is(200);
    ben.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    let sign_in = json!({ "email": "ben@example.com", "password": PASSWORD });
    latchkey.call("/api/sign-in", sign_in).await.must_be_problem(401, "wrong-credentials");
}

#[tokio::test]
async fn members_cannot_be_invited_again() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let again = json!({ "email": "ANA@example.com", "role": "member" });
    let answer = ana.call("/api/members/invite", again).await.must_be_problem(409, "conflict");
    assert_eq!(answer.json()["field"], "email");
    let answer = ana.call("/api/members/invite", json!({ "email": "absent", "role": "member" })).await;
    assert_eq!(answer.must_be_problem(422, "invalid-field").json()["field"], "email");
}

#[tokio::test]
async fn a_recovery_link_gives_a_new_password_and_ends_the_old_sessions() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = ana.invite("ben@example.com", "member").await;
    let made = ana.call("/api/members/recovery-link", json!({ "id": ben.id().await })).await.is(200).json();
    let token = token_of(made["link"].as_str().unwrap());
    let reset = json!({ "token": token, "new": "tangerine-41-staple-lamp" });
    let answer = latchkey.call("/api/reset-password", reset.clone()).await.is(200);
    assert!(answer.cookie().is_some(), "the member is signed in");
    latchkey.call("/api/reset-password", reset).await.must_be_problem(410, "link-ended");
    ben.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    let old = json!({ "email": "ben@example.com", "password": PASSWORD });
    latchkey.call("/api/sign-in", old).await.must_be_problem(401, "wrong-credentials");
}

#[tokio::test]
async fn another_organizations_members_look_unknown() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await.id().await;
    for (path, rest) in [("set-role", json!({ "role": "member" })), ("remove", json!({})), ("recovery-link", json!({}))]
    {
        let mut answers = Vec::new();
        for id in [eve.as_str(), "mem_000000000000"] {
            let mut arguments = rest.clone();
            arguments["id"] = json!(id);
            answers.push(ana.call(&format!("/api/members/{path}"), arguments).await.must_be_problem(404, "not-found"));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}
