//! What `after-restore` ends, because a restored database may have credentials that were revoked after the backup.

use latchkey_engine::{
    operations::backup::{self, ActiveKeys, AfterRestore, Ended, Tokens, count_active_keys},
    people::Caller,
};
use latchkey_model::{
    access_key::{Action, Activation, CreatedAccessKey, KeyStatus, Kind},
    member::Role,
    session::SetUp,
};

use crate::support::{
    ADDRESS, Latchkey,
    consistency::keys_that_differ_from_their_records,
    database::{run, texts},
    password, proof_of, token_of,
    tokens::{is_good, token},
};

on_both_databases! {
    after_restore_ends_all_tokens_sessions_and_links
    after_restore_deactivates_and_records_each_active_key
    keep_options_change_nothing
    another_running_node_applies_the_changes
    an_unreadable_key_is_reported_and_does_not_stop_the_rest
}

const END_ALL: AfterRestore = AfterRestore { tokens: Tokens::End, active_keys: ActiveKeys::Keep };

async fn after_restore(latchkey: &Latchkey, what: AfterRestore) -> Ended {
    backup::after_restore(&latchkey.engine, what).await.unwrap()
}

async fn history(latchkey: &Latchkey, caller: &Caller, key: &CreatedAccessKey) -> (KeyStatus, Vec<(Action, String)>) {
    let found = latchkey.engine.keys.get(caller, &key.key.id).await.unwrap();
    (found.key.status, found.history.records.into_iter().map(|record| (record.action, record.by)).collect())
}

async fn after_restore_ends_all_tokens_sessions_and_links(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let idle = latchkey.create(&ana, Kind::OAuthClient, "idle").await;
    let api_key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let earlier = token(&latchkey, &client).await;
    let invitation =
        latchkey.engine.people.invite(&ana.administrator().unwrap(), "ben@example.com", Role::Member).await.unwrap();
    let set_up = latchkey.engine.people.make_set_up_link().await.unwrap();

    let ended = after_restore(&latchkey, END_ALL).await;
    assert_eq!((ended.clients, ended.sessions, ended.links, ended.deactivated), (2, 1, 2, 0));
    assert!(!is_good(&latchkey, &earlier).await);
    assert_eq!(texts(&latchkey.database, "SELECT token_hash FROM sessions").await, [""; 0]);
    let joined = latchkey.engine.people.accept_invitation(&token_of(&invitation), &password(), ADDRESS).await;
    assert!(joined.is_err(), "an invitation ends");
    let request = SetUp {
        token: token_of(&set_up),
        organization: "Eastwind".to_owned(),
        email: "eve@example.com".to_owned(),
        password: password(),
    };
    assert!(latchkey.engine.people.set_up(request, ADDRESS).await.is_err(), "a set-up link ends");

    assert!(latchkey.accepts(&api_key).await, "an API key is not a token");
    let later = token(&latchkey, &client).await;
    assert!(is_good(&latchkey, &later).await);
    for client in [&client, &idle] {
        let (_, records) = history(&latchkey, &ana, client).await;
        assert_eq!(records[0], (Action::TokensEnded, "latchkey".to_owned()));
    }
    assert_eq!(keys_of_ended_tokens(&latchkey).await, 2);
}

async fn keys_of_ended_tokens(latchkey: &Latchkey) -> usize {
    let query = "SELECT subject_id FROM audit_records WHERE action = 'tokens_ended' AND revision = \
         (SELECT revision FROM access_keys WHERE id = subject_id)";
    texts(&latchkey.database, query).await.len()
}

async fn after_restore_deactivates_and_records_each_active_key(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let api_key = latchkey.create_active(&eve, Kind::ApiKey, "WMS").await;
    let inactive = latchkey.create(&ana, Kind::ApiKey, "TMS").await;
    let deleted = latchkey.create_active(&ana, Kind::ApiKey, "old").await;
    latchkey.engine.keys.delete(&ana.administrator().unwrap(), &deleted.key.id, "old").await.unwrap();
    let earlier = token(&latchkey, &client).await;
    assert!(latchkey.accepts(&api_key).await);
    assert_eq!(count_active_keys(&latchkey.engine).await.unwrap(), 2);

    let deactivate = AfterRestore { active_keys: ActiveKeys::Deactivate, ..END_ALL };
    let ended = after_restore(&latchkey, deactivate).await;
    assert_eq!((ended.deactivated, ended.clients), (2, 1));
    assert!(!latchkey.accepts(&api_key).await && !is_good(&latchkey, &earlier).await);
    for (caller, key) in [(&ana, &client), (&eve, &api_key)] {
        let (status, records) = history(&latchkey, caller, key).await;
        assert_eq!(status, KeyStatus::Inactive);
        assert_eq!(records[0], (Action::Deactivated, "latchkey".to_owned()));
    }
    let (_, records) = history(&latchkey, &ana, &inactive).await;
    assert_eq!(records.len(), 1, "an inactive key is not changed");
    assert_eq!(keys_that_differ_from_their_records(&latchkey.database).await, [""; 0]);
    assert_eq!(after_restore(&latchkey, deactivate).await.deactivated, 0, "a second run has nothing to do");

    latchkey.set_status(&eve, &api_key, Activation::Active).await;
    assert!(latchkey.accepts(&api_key).await, "a deactivated key can be activated again");
    latchkey.set_status(&ana, &client, Activation::Active).await;
    assert!(!is_good(&latchkey, &earlier).await, "activation revives no token");
}

async fn keep_options_change_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let earlier = token(&latchkey, &client).await;
    let keep = AfterRestore { tokens: Tokens::Keep, active_keys: ActiveKeys::Keep };
    let ended = after_restore(&latchkey, keep).await;
    assert_eq!((ended.clients, ended.sessions, ended.links, ended.deactivated), (0, 0, 0, 0));
    assert!(is_good(&latchkey, &earlier).await);
    assert_eq!(texts(&latchkey.database, "SELECT token_hash FROM sessions").await.len(), 1);
}

async fn another_running_node_applies_the_changes(latchkey: Latchkey) {
    if latchkey.database.starts_with("sqlite") {
        // No other process can open it.
        return;
    }
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let other = latchkey.another_node().await;
    assert!(other.accepts(&key).await);
    let deactivate = AfterRestore { active_keys: ActiveKeys::Deactivate, ..END_ALL };
    let ended = after_restore(&latchkey, deactivate).await;
    assert_eq!(ended.confirmation.pending, [""; 0]);
    assert!(!other.accepts(&key).await);
}

async fn an_unreadable_key_is_reported_and_does_not_stop_the_rest(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let broken = latchkey.create_active(&ana, Kind::OAuthClient, "broken").await;
    let good = latchkey.create_active(&ana, Kind::OAuthClient, "good").await;
    let earlier = token(&latchkey, &broken).await;
    run(
        &latchkey.database,
        "UPDATE access_keys SET public_key = 'no key', secret_hash = NULL, secret_tag = NULL WHERE name = 'broken'",
    )
    .await;
    let deactivate = AfterRestore { active_keys: ActiveKeys::Deactivate, ..END_ALL };
    let ended = after_restore(&latchkey, deactivate).await;
    assert_eq!((ended.unreadable, ended.deactivated), (vec![broken.key.id], 1));
    let refused = latchkey.engine.oauth.issue_token(&proof_of(&good), None, ADDRESS).await;
    assert!(refused.is_err(), "the others are deactivated");
    assert!(latchkey.engine.verification.verify_bearer(&earlier, ADDRESS).await.is_err());
}
