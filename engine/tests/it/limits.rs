//! How many rows one organization, member or client may store.

use std::time::Duration;

use latchkey_engine::{
    LimitReached, Limited, Limits, Settings,
    keys::CreateAccessKeyError,
    keys::scopes::DefineScopeError,
    oauth::RevokeTokenError,
    operations::housekeeping,
    people::{AcceptInvitationError, Caller, InviteError},
};
use latchkey_model::{access_key::Kind, member::Role, scope::DefineScope};

use crate::support::{
    ADDRESS, Latchkey, creation,
    database::texts,
    password, proof_of, token_of,
    tokens::{client, is_good, token},
};

on_both_databases! {
    keys_are_limited_per_organization
    scopes_are_limited_per_organization
    open_invitations_are_limited_per_organization
    members_are_limited_per_organization
    the_oldest_session_ends_at_the_limit
    the_oldest_browser_and_network_are_forgotten_at_the_limit
    revocations_are_rate_limited_per_client
    stored_revoked_tokens_are_limited
    revoking_an_expired_token_stores_nothing
}

async fn limited(latchkey: Latchkey, limits: Limits) -> Latchkey {
    latchkey.restart_with(|settings| Settings { limits, ..settings }).await
}

fn reached(what: Limited, most: u32) -> LimitReached {
    LimitReached { what, most }
}

async fn keys_are_limited_per_organization(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { keys: 3, ..Limits::default() }).await;
    let (ana, eve) = (latchkey.administrator("ana@example.com").await, latchkey.administrator("eve@example.com").await);
    let create = async |caller: &Caller| {
        latchkey.engine.keys.create(&caller.administrator().unwrap(), &creation(Kind::ApiKey, "WMS")).await
    };
    let first = create(&ana).await.unwrap();
    latchkey.create(&ana, Kind::OAuthClient, "ERP").await;
    create(&ana).await.unwrap();
    let refused = create(&ana).await.err();
    assert!(matches!(refused, Some(CreateAccessKeyError::Limit(limit)) if limit == reached(Limited::Keys, 3)));
    create(&eve).await.unwrap();
    // A deleted key can be restored: it counts until it is purged.
    latchkey.engine.keys.delete(&ana.administrator().unwrap(), &first.key.id, "WMS").await.unwrap();
    latchkey.clock.advance(Duration::from_mins(2));
    assert!(create(&ana).await.is_err());
    latchkey.clock.advance(Duration::from_hours(30 * 24));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    create(&ana).await.unwrap();
    assert!(create(&ana).await.is_err());
}

async fn scopes_are_limited_per_organization(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { scopes: 2, ..Limits::default() }).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let define = async |name: &str| {
        let scope = DefineScope { name: name.to_owned(), description: String::new() };
        latchkey.engine.keys.define_scope(&ana.administrator().unwrap(), &scope).await
    };
    define("orders:read").await.unwrap();
    define("orders:write").await.unwrap();
    let refused = define("orders:delete").await.err();
    assert!(matches!(refused, Some(DefineScopeError::Limit(limit)) if limit == reached(Limited::Scopes, 2)));
    define("orders:read").await.unwrap();
    latchkey.engine.keys.delete_scope(&ana.administrator().unwrap(), &"orders:read".parse().unwrap()).await.unwrap();
    define("orders:delete").await.unwrap();
}

async fn open_invitations_are_limited_per_organization(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { links: 2, ..Limits::default() }).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let invite =
        async |email: &str| latchkey.engine.people.invite(&ana.administrator().unwrap(), email, Role::Member).await;
    for email in ["ben@example.com", "cy@example.com", "ben@example.com"] {
        invite(email).await.unwrap();
    }
    let refused = invite("dora@example.com").await.err();
    assert!(matches!(refused, Some(InviteError::Limit(limit)) if limit == reached(Limited::Links, 2)));
    latchkey.clock.advance(Duration::from_hours(7 * 24));
    let ana = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let ana = latchkey.caller(&ana).await;
    latchkey.engine.people.invite(&ana.administrator().unwrap(), "dora@example.com", Role::Member).await.unwrap();
}

async fn members_are_limited_per_organization(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { members: 2, ..Limits::default() }).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let ben = latchkey.member(&ana, "ben@example.com", Role::Member).await;
    let link = latchkey.engine.people.invite(&administrator, "cy@example.com", Role::Member).await.unwrap();
    let refused = latchkey.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.err();
    assert!(matches!(refused, Some(AcceptInvitationError::Limit(limit)) if limit == reached(Limited::Members, 2)));
    latchkey.engine.people.remove(&administrator, &ben.member_id).await.unwrap();
    latchkey.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.unwrap();
}

async fn the_oldest_session_ends_at_the_limit(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { sessions: 3, ..Limits::default() }).await;
    latchkey.administrator("ana@example.com").await;
    latchkey.administrator("eve@example.com").await;
    let eve = latchkey.engine.people.sign_in("eve@example.com", &password(), None, ADDRESS).await.unwrap();
    let mut sessions = Vec::new();
    for _ in 0..5 {
        latchkey.clock.advance(Duration::from_secs(1));
        sessions.push(latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap());
    }
    let mut good = Vec::new();
    for session in &sessions {
        good.push(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    }
    assert_eq!(good, [false, false, true, true, true]);
    assert!(latchkey.engine.people.authenticate(&eve.token, ADDRESS).await.unwrap().is_some());
    // With equal timestamps too, the newest session is kept.
    for _ in 0..4 {
        let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
        assert!(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    }
}

async fn the_oldest_browser_and_network_are_forgotten_at_the_limit(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { devices: 2, ..Limits::default() }).await;
    latchkey.administrator("ana@example.com").await;
    let mut devices = Vec::new();
    for number in 1..=4 {
        latchkey.clock.advance(Duration::from_secs(1));
        let address = std::net::IpAddr::from([198, 51, 100, number]);
        let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, address).await.unwrap();
        devices.push(session.device.unwrap());
    }
    assert_eq!(texts(&latchkey.database, "SELECT token_hash FROM member_devices").await.len(), 2);
    let networks = texts(&latchkey.database, "SELECT address FROM member_addresses ORDER BY address").await;
    assert_eq!(networks, ["198.51.100.3", "198.51.100.4"]);
    let latest = devices.pop().unwrap();
    let again = latchkey.engine.people.sign_in("ana@example.com", &password(), Some(&latest), ADDRESS).await.unwrap();
    assert_eq!(again.device.unwrap().expose(), latest.expose(), "the latest browser is known");
    let oldest = devices.remove(0);
    let again = latchkey.engine.people.sign_in("ana@example.com", &password(), Some(&oldest), ADDRESS).await.unwrap();
    assert_ne!(again.device.unwrap().expose(), oldest.expose());
    latchkey.clock.advance(Duration::from_hours(91 * 24));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert_eq!(texts(&latchkey.database, "SELECT address FROM member_addresses").await, Vec::<String>::new());
}

async fn revocations_are_rate_limited_per_client(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { revocations: 3, ..Limits::default() }).await;
    let flooding = client(&latchkey).await;
    let eve = latchkey.administrator("eve@example.com").await;
    let other = latchkey.create_active(&eve, Kind::OAuthClient, "other").await;
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(token(&latchkey, &flooding).await);
    }
    let rows_before = texts(&latchkey.database, "SELECT id FROM audit_records").await.len();
    for revoked in &tokens[..3] {
        latchkey.engine.oauth.revoke_token(&proof_of(&flooding), revoked, ADDRESS).await.unwrap();
    }
    for _ in 0..50 {
        match latchkey.engine.oauth.revoke_token(&proof_of(&flooding), &tokens[3], ADDRESS).await {
            Err(RevokeTokenError::TooManyAttempts(wait)) => assert!(wait.retry_after > Duration::ZERO),
            outcome => panic!("{outcome:?}"),
        }
    }
    assert!(is_good(&latchkey, &tokens[3]).await, "a token that was not revoked stays valid");
    assert!(!is_good(&latchkey, &tokens[0]).await);
    let others = token(&latchkey, &other).await;
    latchkey.engine.oauth.revoke_token(&proof_of(&other), &others, ADDRESS).await.unwrap();
    assert!(!is_good(&latchkey, &others).await, "another client has a separate limit");
    assert_eq!(texts(&latchkey.database, "SELECT id FROM audit_records").await.len(), rows_before);
    assert_eq!(texts(&latchkey.database, "SELECT id FROM revoked_tokens").await.len(), 4);
    assert_eq!(latchkey.engine.statistics().tokens_revoked, 4);
}

async fn stored_revoked_tokens_are_limited(latchkey: Latchkey) {
    let latchkey = limited(latchkey, Limits { revoked_tokens: 2, ..Limits::default() }).await;
    let client = client(&latchkey).await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(token(&latchkey, &client).await);
    }
    for revoked in &tokens[..2] {
        latchkey.engine.oauth.revoke_token(&proof_of(&client), revoked, ADDRESS).await.unwrap();
    }
    let refused = latchkey.engine.oauth.revoke_token(&proof_of(&client), &tokens[2], ADDRESS).await;
    assert!(matches!(refused, Err(RevokeTokenError::TooManyAttempts(_))));
    latchkey.engine.oauth.revoke_token(&proof_of(&client), &tokens[0], ADDRESS).await.unwrap();
    assert!(!is_good(&latchkey, &tokens[0]).await && !is_good(&latchkey, &tokens[1]).await);
    assert!(is_good(&latchkey, &tokens[2]).await);
    latchkey.clock.advance(Duration::from_hours(2));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    let late = token(&latchkey, &client).await;
    latchkey.engine.oauth.revoke_token(&proof_of(&client), &late, ADDRESS).await.unwrap();
    assert!(!is_good(&latchkey, &late).await);
}

async fn revoking_an_expired_token_stores_nothing(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let ended = token(&latchkey, &client).await;
    latchkey.clock.advance(Duration::from_hours(2));
    latchkey.engine.oauth.revoke_token(&proof_of(&client), &ended, ADDRESS).await.unwrap();
    assert_eq!(texts(&latchkey.database, "SELECT id FROM revoked_tokens").await, Vec::<String>::new());
}
