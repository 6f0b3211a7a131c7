use std::time::Duration;

use latchkey_engine::verification::VerifyError;
use latchkey_model::access_key::{Activation, Kind, Use};

use crate::support::{ADDRESS, Latchkey, forged, proof_of, secret_of};

on_both_databases! {
    activation_and_deactivation_apply_to_the_next_request
    every_invalid_credential_gets_the_same_answer
    a_client_secret_is_not_an_api_key
    a_secret_is_hashed_once_and_a_wrong_one_never
    a_malformed_secret_is_refused_without_a_lookup
    the_first_use_is_stored_at_once_and_later_uses_survive_a_restart
    a_key_is_valid_after_a_restart
}

async fn activation_and_deactivation_apply_to_the_next_request(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
    assert!(!latchkey.accepts(&created).await);
    for _ in 0..3 {
        latchkey.set_status(&ana, &created, Activation::Active).await;
        let verified = latchkey.engine.verification.verify_api_key(secret_of(&created), ADDRESS).await.unwrap();
        assert_eq!((verified.id(), verified.name()), (&created.key.id, "WMS"));
        latchkey.set_status(&ana, &created, Activation::Inactive).await;
        assert!(!latchkey.accepts(&created).await);
    }
}

async fn every_invalid_credential_gets_the_same_answer(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let good = latchkey.create_active(&ana, Kind::ApiKey, "good").await;
    let inactive = latchkey.create(&ana, Kind::ApiKey, "inactive").await;
    let secret = secret_of(&good);
    // A secret with the right format and checksum for an existing ID, with other random bits.
    let swapped = forged(secret);
    let unknown = forged(&secret.replace(good.key.id.as_str(), "ak_000000000000"));
    let shorter = &secret[..secret.len() - 1];
    for presented in [secret_of(&inactive), &swapped, &unknown, shorter, "", "ключ", "a.b.c", "..", "a.b"] {
        let refused = latchkey.engine.verification.verify_bearer(presented, ADDRESS).await;
        assert!(matches!(refused, Err(VerifyError::Refused)));
    }
    assert!(latchkey.accepts(&good).await);
}

async fn a_client_secret_is_not_an_api_key(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    assert!(matches!(
        latchkey.engine.verification.verify_api_key(secret_of(&client), ADDRESS).await,
        Err(VerifyError::Refused)
    ));
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let token = latchkey.engine.oauth.issue_token(&proof_of(&key), None, ADDRESS).await;
    assert!(token.is_err(), "the token endpoint refuses an API key");
}

async fn a_secret_is_hashed_once_and_a_wrong_one_never(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let before = latchkey.engine.statistics().secret_hashes;
    for _ in 0..5 {
        assert!(latchkey.accepts(&created).await);
    }
    assert_eq!(latchkey.engine.statistics().secret_hashes - before, 1);
    for _ in 0..5 {
        assert!(latchkey.engine.verification.verify_api_key(&forged(secret_of(&created)), ADDRESS).await.is_err());
    }
    assert_eq!(latchkey.engine.statistics().secret_hashes - before, 1, "the tag prevents a hash of a wrong secret");
    latchkey.set_status(&ana, &created, Activation::Inactive).await;
    assert!(!latchkey.accepts(&created).await, "a cached secret is not a cached verdict");
}

async fn a_malformed_secret_is_refused_without_a_lookup(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    let counted = || (latchkey.engine.statistics().database_requests, latchkey.engine.statistics().secret_hashes);
    let before = counted();
    let secret = secret_of(&key);
    for position in 0..secret.len() {
        let other = if secret[position..].starts_with('7') { '8' } else { '7' };
        let changed = format!("{}{other}{}", &secret[..position], &secret[position + 1..]);
        let refused = latchkey.engine.verification.verify_bearer(&changed, ADDRESS).await;
        assert!(matches!(refused, Err(VerifyError::Refused)), "a change at {position}");
    }
    let refused = latchkey.engine.verification.verify_api_key(secret_of(&client), ADDRESS).await;
    assert!(matches!(refused, Err(VerifyError::Refused)), "another kind of secret is not looked up");
    assert_eq!(counted(), before);
    assert!(latchkey.accepts(&key).await);
    assert_ne!(counted(), before, "the valid secret is hashed");
}

async fn the_first_use_is_stored_at_once_and_later_uses_survive_a_restart(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let now = |latchkey: &Latchkey| latchkey_engine::Clock::now(&*latchkey.clock);
    let first = Use { at: now(&latchkey), from: ADDRESS.to_string() };
    assert!(latchkey.accepts(&created).await);
    let key = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap().key;
    assert_eq!((key.first_used.as_ref(), key.last_used.as_ref()), (Some(&first), Some(&first)));

    latchkey.clock.advance(Duration::from_secs(5));
    let last = Use { at: now(&latchkey), from: ADDRESS.to_string() };
    assert!(latchkey.accepts(&created).await);
    let latchkey = latchkey.restart().await;
    let key = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap().key;
    assert_eq!((key.first_used, key.last_used), (Some(first), Some(last)));
}

async fn a_key_is_valid_after_a_restart(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let latchkey = latchkey.restart().await;
    assert!(latchkey.accepts(&created).await);
}
