use std::time::Duration;

use latchkey_credentials::{Caller, access_keys::ListAccessKeysError};
use latchkey_model::access_key::{Activation, Kind, ListAccessKeys, StatusFilter};

use crate::support::Latchkey;

on_both_databases! {
    pages_follow_each_other_without_gap_or_repeat
    tabs_and_organizations_are_apart
    search_finds_part_of_a_name_in_any_case_and_the_start_of_an_id
    statuses_are_filtered_and_deleted_keys_hidden
    a_made_up_cursor_is_refused
}

fn request(kind: Kind) -> ListAccessKeys {
    ListAccessKeys { kind, cursor: None, limit: None, search: None, status: None }
}

async fn names(latchkey: &Latchkey, caller: &Caller, request: &ListAccessKeys) -> Vec<String> {
    let page = latchkey.engine.list_access_keys(caller, request).await.unwrap();
    page.keys.into_iter().map(|key| key.name).collect()
}

/// The names of all keys of a kind that are not deleted, newest first.
pub async fn all(latchkey: &Latchkey, caller: &Caller, kind: Kind) -> Vec<String> {
    names(latchkey, caller, &request(kind)).await
}

async fn pages_follow_each_other_without_gap_or_repeat(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for number in 0..7 {
        // Some in the same millisecond, so that the ID has to decide.
        latchkey.clock.advance(Duration::from_millis(number % 2));
        latchkey.create(&ana, Kind::ApiKey, &format!("Key {number}")).await;
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = ListAccessKeys { limit: Some(3), cursor, ..request(Kind::ApiKey) };
        let page = latchkey.engine.list_access_keys(&ana, &page).await.unwrap();
        assert!(page.keys.len() <= 3);
        seen.extend(page.keys.into_iter().map(|key| key.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all(&latchkey, &ana, Kind::ApiKey).await);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 7);
}

async fn tabs_and_organizations_are_apart(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    latchkey.create(&ana, Kind::ApiKey, "Ana's key").await;
    latchkey.create(&ana, Kind::OAuthClient, "Ana's client").await;
    latchkey.create(&eve, Kind::ApiKey, "Eve's key").await;
    assert_eq!(all(&latchkey, &ana, Kind::ApiKey).await, ["Ana's key"]);
    assert_eq!(all(&latchkey, &ana, Kind::OAuthClient).await, ["Ana's client"]);
    assert_eq!(all(&latchkey, &eve, Kind::ApiKey).await, ["Eve's key"]);
}

async fn search_finds_part_of_a_name_in_any_case_and_the_start_of_an_id(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let id = latchkey.create(&ana, Kind::ApiKey, "Größe_100%").await.key.id;
    latchkey.create(&ana, Kind::ApiKey, "Carrier sync").await;
    let search = async |text: &str| {
        names(&latchkey, &ana, &ListAccessKeys { search: Some(text.to_owned()), ..request(Kind::ApiKey) }).await
    };
    assert_eq!(search("GRÖSSE").await, Vec::<String>::new(), "ß has no single capital");
    assert_eq!(search("GRÖß").await, ["Größe_100%"]);
    assert_eq!(search("sync").await, ["Carrier sync"]);
    assert_eq!(search("_100%").await, ["Größe_100%"]);
    assert_eq!(search("%").await, ["Größe_100%"], "wildcards are only characters");
    assert_eq!(search("e_s").await, Vec::<String>::new());
    assert_eq!(search(&id.as_str()[..8]).await, ["Größe_100%"]);
    assert_eq!(search(&id.as_str()[4..]).await, Vec::<String>::new(), "an ID is found by its start");
    assert_eq!(search("  ").await.len(), 2, "a blank search is none");
    assert_eq!(search("' OR 1=1 --").await, Vec::<String>::new());
    let long = ListAccessKeys { search: Some("x".repeat(201)), ..request(Kind::ApiKey) };
    let refused = latchkey.engine.list_access_keys(&ana, &long).await;
    assert!(matches!(refused, Err(ListAccessKeysError::Search)));
}

async fn statuses_are_filtered_and_deleted_keys_hidden(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.create(&ana, Kind::ApiKey, "inactive").await;
    let active = latchkey.create(&ana, Kind::ApiKey, "active").await;
    latchkey.set_status(&ana, &active, Activation::Active).await;
    let deleted = latchkey.create(&ana, Kind::ApiKey, "deleted").await;
    latchkey.engine.delete_access_key(&administrator, &deleted.key.id, "deleted").await.unwrap();
    let soon = latchkey_model::access_key::CreateAccessKey {
        expires_at: Some(latchkey_model::timestamp::Timestamp(crate::support::START + 1)),
        ..crate::support::creation(Kind::ApiKey, "expired")
    };
    latchkey.engine.create_access_key(&administrator, &soon).await.unwrap();
    latchkey.clock.advance(Duration::from_millis(1));
    let only = async |status| names(&latchkey, &ana, &ListAccessKeys { status, ..request(Kind::ApiKey) }).await;
    assert_eq!(only(Some(StatusFilter::Inactive)).await, ["inactive"]);
    assert_eq!(only(Some(StatusFilter::Active)).await, ["active"]);
    assert_eq!(only(Some(StatusFilter::Deleted)).await, ["deleted"]);
    assert_eq!(only(Some(StatusFilter::Expired)).await, ["expired"]);
    let mut all = only(None).await;
    all.sort();
    assert_eq!(all, ["active", "expired", "inactive"]);
}

async fn a_made_up_cursor_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for cursor in ["", "-", "12", "x-ak_000000000000", "12-nothing", "99999999999999999999-ak_000000000000"] {
        let page = ListAccessKeys { cursor: Some(cursor.to_owned()), ..request(Kind::ApiKey) };
        let refused = latchkey.engine.list_access_keys(&ana, &page).await;
        assert!(matches!(refused, Err(ListAccessKeysError::Cursor)), "{cursor:?}");
    }
}
