use std::time::Duration;

use latchkey_engine::{
    keys::{
        CreateAccessKeyError, DeleteAccessKeyError, GetAccessKeyError, KeyChangeError, ListHistoryError,
        RenameAccessKeyError, RestoreAccessKeyError, SetStatusError,
    },
    operations::housekeeping,
    people::Caller,
    verification::ValidateError,
};
use latchkey_model::{
    access_key::{Action, Activation, CreateAccessKey, KeyStatus, Kind, ListAccessKeyHistory, ValidationOutcome},
    id::RequestId,
    member::Role,
    name::InvalidName,
    redacted::Secret,
    timestamp::Timestamp,
};

use crate::support::{ADDRESS, Latchkey, START, creation};

on_both_databases! {
    a_new_key_is_inactive_and_shows_its_creator
    an_invalid_request_creates_no_key
    a_repeated_request_creates_one_key_and_returns_its_id
    two_organizations_may_use_the_same_request_id
    repeating_a_status_changes_nothing
    renaming_keeps_the_old_name_in_the_history
    deletion_requires_the_name_and_can_be_undone_for_thirty_days
    an_expired_key_cannot_be_activated
    another_organizations_key_looks_like_none
    validate_reports_the_reason_and_does_not_count_as_a_use
    validate_is_rate_limited_per_administrator
    history_is_ordered_and_shows_actor_and_address
    history_is_paginated
}

async fn a_new_key_is_inactive_and_shows_its_creator(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create(&ana, Kind::OAuthClient, "  Lager “Süd” 🚚 ").await;
    assert_eq!(created.key.status, KeyStatus::Inactive);
    assert_eq!(created.key.name, "Lager “Süd” 🚚");
    assert_eq!(created.key.created_by, "ana@example.com");
    assert_eq!(created.key.created_at, Timestamp(START));
    let details = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap();
    assert_eq!(details.key, created.key);
}

async fn an_invalid_request_creates_no_key(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    for (name, expected) in [
        (String::new(), InvalidName::Blank),
        ("x".repeat(101), InvalidName::TooLong),
        ("a\u{7}b".to_owned(), InvalidName::ControlCharacter),
    ] {
        let refused = latchkey.engine.keys.create(&administrator, &creation(Kind::ApiKey, &name)).await;
        assert!(matches!(refused, Err(CreateAccessKeyError::Name(reason)) if reason == expected), "{name:?}");
    }
    let past = CreateAccessKey { expires_at: Some(Timestamp(START)), ..creation(Kind::ApiKey, "WMS") };
    let refused = latchkey.engine.keys.create(&administrator, &past).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::ExpiryPassed)));
    assert_eq!(crate::listing::all(&latchkey, &ana, Kind::ApiKey).await, Vec::<String>::new());
}

fn request(id: &str) -> CreateAccessKey {
    CreateAccessKey { request_id: Some(RequestId::try_from(id.to_owned()).unwrap()), ..creation(Kind::ApiKey, "WMS") }
}

async fn a_repeated_request_creates_one_key_and_returns_its_id(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let first = latchkey.engine.keys.create(&administrator, &request("request-1")).await.unwrap();
    let second = latchkey.engine.keys.create(&administrator, &request("request-1")).await;
    assert!(matches!(second, Err(CreateAccessKeyError::AlreadyCreated(id)) if id == first.key.id));
    let twice = request("request-2");
    let (one, other) = tokio::join!(
        latchkey.engine.keys.create(&administrator, &twice),
        latchkey.engine.keys.create(&administrator, &twice),
    );
    assert!(one.is_ok() != other.is_ok(), "exactly one of two concurrent requests creates the key");
    assert_eq!(crate::listing::all(&latchkey, &ana, Kind::ApiKey).await.len(), 2);
}

async fn two_organizations_may_use_the_same_request_id(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    for caller in [&ana, &eve] {
        let administrator = caller.administrator().unwrap();
        latchkey.engine.keys.create(&administrator, &request("request-1")).await.unwrap();
    }
}

async fn repeating_a_status_changes_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    latchkey.set_status(&ana, &created, Activation::Active).await;
    let details = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap();
    assert_eq!(details.key.status, KeyStatus::Active);
    assert_eq!(details.history.records.len(), 2, "created and activated, once each");
}

async fn renaming_keeps_the_old_name_in_the_history(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let id = latchkey.create(&ana, Kind::ApiKey, "WMS").await.key.id;
    let renamed = latchkey.engine.keys.rename(&administrator, &id, "Warehouse").await.unwrap();
    assert_eq!(renamed.name, "Warehouse");
    let details = latchkey.engine.keys.get(&ana, &id).await.unwrap();
    assert_eq!(
        (details.history.records[0].action, details.history.records[0].detail.as_deref()),
        (Action::Renamed, Some("WMS"))
    );
    let refused = latchkey.engine.keys.rename(&administrator, &id, " ").await;
    assert!(matches!(refused, Err(RenameAccessKeyError::Name(InvalidName::Blank))));
}

async fn deletion_requires_the_name_and_can_be_undone_for_thirty_days(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let id = &created.key.id;
    let refused = latchkey.engine.keys.delete(&administrator, id, "wms").await;
    assert!(matches!(refused, Err(DeleteAccessKeyError::NameDiffers)));
    assert!(latchkey.accepts(&created).await);

    let deleted = latchkey.engine.keys.delete(&administrator, id, "WMS").await.unwrap();
    assert_eq!((deleted.status, deleted.deleted_at), (KeyStatus::Deleted, Some(Timestamp(START))));
    assert!(!latchkey.accepts(&created).await);
    let activation = latchkey.engine.keys.set_status(&administrator, id, Activation::Active).await;
    assert!(matches!(activation, Err(SetStatusError::Change(KeyChangeError::Unknown))));

    let restored = latchkey.engine.keys.restore(&administrator, id).await.unwrap();
    assert_eq!((restored.status, restored.deleted_at), (KeyStatus::Inactive, None));
    let again = latchkey.engine.keys.restore(&administrator, id).await;
    assert!(matches!(again, Err(RestoreAccessKeyError::NotDeleted)));

    let thirty_days = Duration::from_hours(30 * 24);
    latchkey.engine.keys.delete(&administrator, id, "WMS").await.unwrap();
    latchkey.clock.advance_to_just_before(thirty_days);
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    latchkey.engine.keys.restore(&administrator, id).await.unwrap();

    latchkey.engine.keys.delete(&administrator, id, "WMS").await.unwrap();
    latchkey.clock.advance(thirty_days);
    let too_late = latchkey.engine.keys.restore(&administrator, id).await;
    assert!(matches!(too_late, Err(RestoreAccessKeyError::Change(KeyChangeError::Unknown))));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert!(matches!(latchkey.engine.keys.get(&ana, id).await, Err(GetAccessKeyError::Unknown)), "purged");
}

async fn an_expired_key_cannot_be_activated(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let soon = CreateAccessKey { expires_at: Some(Timestamp(START + 1000)), ..creation(Kind::ApiKey, "WMS") };
    let created = latchkey.engine.keys.create(&administrator, &soon).await.unwrap();
    latchkey.set_status(&ana, &created, Activation::Active).await;
    assert!(latchkey.accepts(&created).await);
    latchkey.clock.advance(Duration::from_secs(1));
    assert!(!latchkey.accepts(&created).await);
    let details = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap();
    assert_eq!(details.key.status, KeyStatus::Expired);
    latchkey.set_status(&ana, &created, Activation::Inactive).await;
    let refused = latchkey.engine.keys.set_status(&administrator, &created.key.id, Activation::Active).await;
    assert!(matches!(refused, Err(SetStatusError::Expired)));
}

async fn another_organizations_key_looks_like_none(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let administrator = eve.administrator().unwrap();
    let created = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let id = &created.key.id;
    let engine = &latchkey.engine;
    assert!(matches!(engine.keys.get(&eve, id).await, Err(GetAccessKeyError::Unknown)));
    let renamed = engine.keys.rename(&administrator, id, "Mine").await;
    assert!(matches!(renamed, Err(RenameAccessKeyError::Change(KeyChangeError::Unknown))));
    let deactivated = engine.keys.set_status(&administrator, id, Activation::Inactive).await;
    assert!(matches!(deactivated, Err(SetStatusError::Change(KeyChangeError::Unknown))));
    let deleted = engine.keys.delete(&administrator, id, "WMS").await;
    assert!(matches!(deleted, Err(DeleteAccessKeyError::Change(KeyChangeError::Unknown))));
    let restored = engine.keys.restore(&administrator, id).await;
    assert!(matches!(restored, Err(RestoreAccessKeyError::Change(KeyChangeError::Unknown))));
    let outcome =
        engine.verification.validate(&administrator, id.as_str(), created.secret.as_ref().unwrap()).await.unwrap();
    assert_eq!(outcome, ValidationOutcome::Unknown);
    assert!(latchkey.accepts(&created).await, "nothing was changed");
    assert_eq!(engine.keys.get(&ana, id).await.unwrap().history.records.len(), 2);
}

async fn validate_reports_the_reason_and_does_not_count_as_a_use(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let created = latchkey.create(&ana, Kind::OAuthClient, "WMS").await;
    let other = latchkey.create(&ana, Kind::OAuthClient, "TMS").await;
    let id = created.key.id.as_str();
    let validate = async |id: &str, secret: &Secret| {
        latchkey.engine.verification.validate(&administrator, id, secret).await.unwrap()
    };
    assert_eq!(validate(id, created.secret.as_ref().unwrap()).await, ValidationOutcome::Inactive);
    latchkey.set_status(&ana, &created, Activation::Active).await;
    assert_eq!(validate(id, created.secret.as_ref().unwrap()).await, ValidationOutcome::Valid);
    assert_eq!(validate(id, other.secret.as_ref().unwrap()).await, ValidationOutcome::WrongSecret);
    assert_eq!(validate(id, &Secret::from("nonsense".to_owned())).await, ValidationOutcome::WrongSecret);
    assert_eq!(validate("oc_000000000000", created.secret.as_ref().unwrap()).await, ValidationOutcome::Unknown);
    assert_eq!(validate("no id at all", created.secret.as_ref().unwrap()).await, ValidationOutcome::Unknown);
    latchkey.engine.keys.delete(&administrator, &created.key.id, "WMS").await.unwrap();
    assert_eq!(validate(id, created.secret.as_ref().unwrap()).await, ValidationOutcome::Deleted);
    let details = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap();
    assert_eq!((details.key.first_used, details.key.last_used), (None, None));
}

async fn validate_is_rate_limited_per_administrator(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    let validate = async |caller: &Caller| {
        let secret = Secret::from("nonsense".to_owned());
        latchkey.engine.verification.validate(&caller.administrator().unwrap(), "no id at all", &secret).await
    };
    for _ in 0..30 {
        assert_eq!(validate(&ana).await.unwrap(), ValidationOutcome::Unknown);
    }
    assert!(matches!(validate(&ana).await, Err(ValidateError::TooManyAttempts(_))));
    assert_eq!(validate(&ben).await.unwrap(), ValidationOutcome::Unknown, "each administrator has a separate limit");
}

async fn history_is_paginated(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let id = latchkey.create(&ana, Kind::ApiKey, "0").await.key.id;
    for number in 1..=60 {
        let name = number.to_string();
        latchkey.engine.keys.rename(&ana.administrator().unwrap(), &id, &name).await.unwrap();
    }
    let page = async |cursor| {
        let request = ListAccessKeyHistory { id: id.clone(), cursor, limit: Some(30) };
        latchkey.engine.keys.history(&ana, &request).await.unwrap()
    };
    let (mut old_names, mut cursor) = (Vec::new(), None);
    for length in [30, 30, 1] {
        let page = page(cursor).await;
        assert_eq!(page.records.len(), length);
        old_names.extend(page.records.into_iter().map(|record| record.detail));
        cursor = page.next_cursor;
    }
    assert_eq!(cursor, None);
    let expected: Vec<_> = (0..60).rev().map(|number| Some(number.to_string())).chain([None]).collect();
    assert_eq!(old_names, expected, "latest first, to the creation");

    let details = latchkey.engine.keys.get(&ana, &id).await.unwrap().history;
    assert_eq!(details.records.len(), 50);
    let rest = ListAccessKeyHistory { id: id.clone(), cursor: details.next_cursor, limit: None };
    assert_eq!(latchkey.engine.keys.history(&ana, &rest).await.unwrap().records.len(), 11);
    let foreign = latchkey.engine.keys.history(&eve, &rest).await;
    assert!(matches!(foreign, Err(ListHistoryError::Unknown)));
    for cursor in ["", "-", "x-1", "1-\0", "1-' OR 1 = 1"] {
        let made_up = ListAccessKeyHistory { id: id.clone(), cursor: Some(cursor.to_owned()), limit: None };
        let refused = latchkey.engine.keys.history(&ana, &made_up).await;
        assert!(matches!(refused, Err(ListHistoryError::Page(_))), "{cursor:?}");
    }
}

async fn history_is_ordered_and_shows_actor_and_address(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    let created = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
    for round in 0..5 {
        let status = if round % 2 == 0 { Activation::Active } else { Activation::Inactive };
        latchkey.set_status(&ben, &created, status).await;
    }
    let history = latchkey.engine.keys.get(&ana, &created.key.id).await.unwrap().history.records;
    let actions: Vec<_> = history.iter().rev().map(|record| record.action).collect();
    let (on, off) = (Action::Activated, Action::Deactivated);
    assert_eq!(actions, [Action::Created, on, off, on, off, on], "in order, although all have the same timestamp");
    assert_eq!((history[0].by.as_str(), history[5].by.as_str()), ("ben@example.com", "ana@example.com"));
    assert!(history.iter().all(|record| record.from == ADDRESS.to_string()));
}
