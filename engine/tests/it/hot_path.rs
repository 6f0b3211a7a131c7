//! The cost of a call, by counters; and that the cache is never behind the database.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use latchkey_engine::{
    Engine,
    operations::housekeeping,
    people::{AcceptInvitationError, InvitationError, ResetPasswordError, SetUpError},
    verification::VerifyError,
};
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, Kind},
    member::Role,
    redacted::{LinkToken, SessionToken},
    scope::DefineScope,
    session::SetUp,
};
use tokio::task::JoinSet;

use crate::support::{
    ADDRESS, Latchkey, creation, database, forged, password, proof_of, secret_of, token_of,
    tokens::{client, is_good, token},
};

on_both_databases! {
    a_guessed_session_or_link_token_needs_no_database
    concurrent_first_uses_of_a_secret_share_one_hash
    a_change_applies_to_the_next_call
    a_revoked_token_stays_refused_after_a_restart
}

/// A step of a deactivation race. It is odd only while the key is inactive.
#[derive(Default)]
struct Step(AtomicU64);

impl Step {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn next(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_call_with_a_known_credential_needs_no_database_and_no_hash() {
    let latchkey = Latchkey::on_sqlite().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let asker = {
        let scopes = "tokens:introspect".parse().unwrap();
        let request = CreateAccessKey { scopes, ..creation(Kind::ApiKey, "Gateway") };
        let created = latchkey.engine.keys.create(&ana.administrator().unwrap(), &request).await.unwrap();
        latchkey.set_status(&ana, &created, Activation::Active).await;
        latchkey.engine.verification.verify_bearer(secret_of(&created), ADDRESS).await.unwrap()
    };
    // The first use of each is written at once, and the key is read again.
    for _ in 0..2 {
        assert!(latchkey.accepts(&key).await);
        assert!(is_good(&latchkey, &token(&latchkey, &client).await).await);
    }

    let counted = |engine: &Engine| (engine.statistics().database_requests, engine.statistics().secret_hashes);
    let before = counted(&latchkey.engine);
    for _ in 0..100 {
        assert!(latchkey.accepts(&key).await);
        let issued = token(&latchkey, &client).await;
        assert!(is_good(&latchkey, &issued).await);
        assert!(latchkey.engine.oauth.introspect(&asker, &issued, ADDRESS).await.unwrap().is_some());
        assert!(latchkey.engine.oauth.introspect(&asker, secret_of(&key), ADDRESS).await.unwrap().is_some());
        let wrong = latchkey.engine.verification.verify_bearer(&forged(secret_of(&key)), ADDRESS).await;
        assert!(matches!(wrong, Err(VerifyError::Refused)));
    }
    assert_eq!(counted(&latchkey.engine), before);
}

#[tokio::test]
async fn keys_are_cached_after_a_restart_and_calls_need_no_database() {
    let latchkey = Latchkey::on_sqlite().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    assert!(latchkey.accepts(&key).await);
    let latchkey = latchkey.restart().await;
    assert!(latchkey.accepts(&key).await, "it is looked up before the cache is filled");

    let latchkey = latchkey.restart().await;
    latchkey.engine.key_cache.fill().await.unwrap();
    let before = latchkey.engine.statistics().database_requests;
    assert!(latchkey.accepts(&key).await);
    let unknown = forged(&secret_of(&key).replace(key.key.id.as_str(), "ak_000000000000"));
    assert!(matches!(latchkey.engine.verification.verify_bearer(&unknown, ADDRESS).await, Err(VerifyError::Refused)));
    latchkey.engine.key_cache.fill().await.unwrap();
    assert_eq!(latchkey.engine.statistics().database_requests, before);
    assert_eq!(latchkey.engine.statistics().secret_hashes, 1, "verified secrets are not kept across a restart");
}

async fn concurrent_first_uses_of_a_secret_share_one_hash(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let before = latchkey.engine.statistics().secret_hashes;
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let (engine, secret) = (latchkey.engine.clone(), secret_of(&key).to_owned());
        calls.spawn(async move { engine.verification.verify_bearer(&secret, ADDRESS).await.is_ok() });
    }
    assert!(calls.join_all().await.into_iter().all(|accepted| accepted));
    assert_eq!(latchkey.engine.statistics().secret_hashes - before, 1);
}

async fn a_change_applies_to_the_next_call(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let (engine, id) = (&latchkey.engine, &key.key.id);
    let scope = DefineScope { name: "orders:read".to_owned(), description: "Read orders".to_owned() };
    engine.keys.define_scope(&administrator, &scope).await.unwrap();

    engine.keys.rename(&administrator, id, "Warehouse").await.unwrap();
    engine.keys.set_scopes(&administrator, id, "orders:read".parse().unwrap()).await.unwrap();
    let verified = engine.verification.verify_bearer(secret_of(&key), ADDRESS).await.unwrap();
    assert_eq!((verified.name(), verified.scopes().to_string().as_str()), ("Warehouse", "orders:read"));

    engine.keys.delete(&administrator, id, "Warehouse").await.unwrap();
    assert!(!latchkey.accepts(&key).await);
    engine.keys.restore(&administrator, id).await.unwrap();
    assert!(!latchkey.accepts(&key).await, "a restored key is inactive");
    latchkey.set_status(&ana, &key, Activation::Active).await;
    assert!(latchkey.accepts(&key).await);

    engine.keys.delete(&administrator, id, "Warehouse").await.unwrap();
    let latchkey = latchkey.restart().await;
    assert!(!latchkey.accepts(&key).await);
    latchkey.engine.keys.restore(&administrator, id).await.unwrap();
    latchkey.set_status(&ana, &key, Activation::Active).await;
    assert!(latchkey.accepts(&key).await, "a key that was deleted at the start is found after it is restored");

    latchkey.engine.keys.delete(&administrator, id, "Warehouse").await.unwrap();
    latchkey.clock.advance(Duration::from_hours(31 * 24));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert!(!latchkey.accepts(&key).await);
}

async fn a_revoked_token_stays_refused_after_a_restart(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let (one, other) = (token(&latchkey, &client).await, token(&latchkey, &client).await);
    assert!(is_good(&latchkey, &one).await && is_good(&latchkey, &other).await);
    latchkey.engine.oauth.revoke_token(&proof_of(&client), &one, ADDRESS).await.unwrap();
    assert!(!is_good(&latchkey, &one).await);
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert!(!is_good(&latchkey, &one).await, "it has not expired");
    let latchkey = latchkey.restart().await;
    assert!(!is_good(&latchkey, &one).await);
    assert!(is_good(&latchkey, &other).await);
}

#[tokio::test]
async fn an_unreadable_key_gets_no_verdict_and_does_not_affect_others() {
    let latchkey = Latchkey::on_sqlite().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let other = latchkey.create_active(&ana, Kind::ApiKey, "ERP").await;
    latchkey.engine.close().await;
    database::run(&latchkey.database, "UPDATE access_keys SET scopes = '\"' WHERE name = 'WMS'").await;
    let latchkey = latchkey.restart().await;
    latchkey.engine.key_cache.fill().await.unwrap();
    let verdict = latchkey.engine.verification.verify_bearer(secret_of(&key), ADDRESS).await;
    assert!(matches!(verdict, Err(VerifyError::Storage(_))));
    assert!(latchkey.accepts(&other).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_accepted_after_a_deactivation_has_returned() {
    const ROUNDS: usize = 10_000;
    let latchkey = Latchkey::on_sqlite_in_memory().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let step = Arc::new(Step::default());
    let is_over = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for _ in 0..2 {
        let (engine, secret) = (latchkey.engine.clone(), secret_of(&key).to_owned());
        let (step, is_over) = (step.clone(), is_over.clone());
        callers.spawn(async move {
            let (mut accepted, mut wrongly) = (0_u64, 0_u64);
            while !is_over.load(Ordering::SeqCst) {
                let before = step.now();
                let is_accepted = engine.verification.verify_bearer(&secret, ADDRESS).await.is_ok();
                accepted += u64::from(is_accepted);
                wrongly += u64::from(is_accepted && before % 2 == 1 && step.now() == before);
                tokio::task::yield_now().await;
            }
            (accepted, wrongly)
        });
    }

    for _ in 0..ROUNDS {
        latchkey.set_status(&ana, &key, Activation::Inactive).await;
        step.next();
        assert!(!latchkey.accepts(&key).await);
        step.next();
        latchkey.set_status(&ana, &key, Activation::Active).await;
        assert!(latchkey.accepts(&key).await);
    }

    is_over.store(true, Ordering::SeqCst);
    for (accepted, wrongly) in callers.join_all().await {
        assert!(accepted > 0, "the calls and the rounds ran at the same time");
        assert_eq!(wrongly, 0);
    }
}

#[tokio::test]
async fn no_token_is_valid_after_a_deactivation_or_a_reactivation() {
    let latchkey = Latchkey::on_sqlite_in_memory().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    for _ in 0..500 {
        let issued = token(&latchkey, &client).await;
        assert!(is_good(&latchkey, &issued).await);
        latchkey.set_status(&ana, &client, Activation::Inactive).await;
        assert!(!is_good(&latchkey, &issued).await);
        latchkey.set_status(&ana, &client, Activation::Active).await;
        assert!(!is_good(&latchkey, &issued).await, "reactivation revives no token");
    }
}

/// Returns what an attacker without the sealing key can send in place of a token.
fn guesses_of(token: &str) -> Vec<String> {
    let changed = |position: usize| {
        let digit = if token.as_bytes()[position] == b'0' { "1" } else { "0" };
        format!("{}{digit}{}", &token[..position], &token[position + 1..])
    };
    let guesses = ["", "x", "é", &token[..43], &"0".repeat(token.len()), &format!("{token}0")];
    guesses.iter().map(ToString::to_string).chain([changed(0), changed(42), changed(token.len() - 1)]).collect()
}

async fn a_guessed_session_or_link_token_needs_no_database(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let engine = &latchkey.engine;
    let session = engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let invitation =
        engine.people.invite(&ana.administrator().unwrap(), "ben@example.com", Role::Member).await.unwrap();
    let link = token_of(&invitation);
    let device = session.device.as_ref().unwrap().expose();

    let before = engine.statistics().database_requests;
    let mut guesses = guesses_of(session.token.expose());
    // Tokens of other purposes are guesses as well.
    guesses.extend([device.to_owned(), link.expose().to_owned()]);
    for guess in &guesses {
        let token = SessionToken::from(guess.clone());
        assert!(engine.people.authenticate(&token, ADDRESS).await.unwrap().is_none(), "{guess}");
    }
    let mut guesses = guesses_of(link.expose());
    guesses.extend([device.to_owned(), session.token.expose().to_owned()]);
    for (number, guess) in guesses.iter().enumerate() {
        let address = IpAddr::from([198, 51, 100, u8::try_from(number).unwrap()]);
        let token = || LinkToken::from(guess.clone());
        let set_up = SetUp {
            token: token(),
            organization: "Northwind".to_owned(),
            email: "eve@example.com".to_owned(),
            password: password(),
        };
        assert!(matches!(engine.people.set_up(set_up, address).await, Err(SetUpError::LinkEnded)));
        assert!(matches!(engine.people.invitation(&token(), address).await, Err(InvitationError::LinkEnded)));
        let accepted = engine.people.accept_invitation(&token(), &password(), address).await;
        assert!(matches!(accepted, Err(AcceptInvitationError::LinkEnded)));
        let reset = engine.people.reset_password(&token(), &password(), address).await;
        assert!(matches!(reset, Err(ResetPasswordError::LinkEnded)));
    }
    assert_eq!(engine.statistics().database_requests, before);
    assert!(engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    assert!(engine.people.invitation(&link, ADDRESS).await.is_ok());
}

#[tokio::test]
async fn nodes_recognize_each_others_tokens() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let two = one.another_node().await;
    assert_eq!(one.engine.installation_id(), two.engine.installation_id());
    one.administrator("ana@example.com").await;
    let session = one.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    assert!(two.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    let before = two.engine.statistics().database_requests;
    for guess in guesses_of(session.token.expose()) {
        assert!(two.engine.people.authenticate(&SessionToken::from(guess), ADDRESS).await.unwrap().is_none());
    }
    assert_eq!(two.engine.statistics().database_requests, before);
}
