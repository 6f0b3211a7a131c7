//! Listing access keys: pages, kinds, statuses.

mod search;

use std::time::Duration;

use latchkey_engine::{keys::ListAccessKeysError, operations::housekeeping, people::Caller};
use latchkey_model::{
    access_key::{AccessKey, Activation, CreateAccessKey, KeyStatus, Kind, ListAccessKeys},
    timestamp::Timestamp,
};

use crate::support::{Latchkey, START, creation};

on_both_databases! {
    pages_have_no_gaps_and_no_repeats
    kinds_and_organizations_are_listed_separately
    keys_are_filtered_by_status_and_deleted_keys_are_hidden
    expired_keys_are_listed_before_and_after_they_are_marked
    an_invalid_cursor_is_refused
}

fn request(kind: Kind) -> ListAccessKeys {
    ListAccessKeys { kind, cursor: None, limit: None, search: None, status: None }
}

async fn names(latchkey: &Latchkey, caller: &Caller, request: &ListAccessKeys) -> Vec<String> {
    let page = latchkey.engine.keys.list(caller, request).await.unwrap();
    page.keys.into_iter().map(|key| key.name).collect()
}

/// The names of all keys of a kind that are not deleted, newest first.
pub async fn all(latchkey: &Latchkey, caller: &Caller, kind: Kind) -> Vec<String> {
    names(latchkey, caller, &request(kind)).await
}

async fn pages_have_no_gaps_and_no_repeats(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for number in 0..7 {
        // Some have the same timestamp, so that the ID decides their order.
        latchkey.clock.advance(Duration::from_millis(number % 2));
        latchkey.create(&ana, Kind::ApiKey, &format!("Key {number}")).await;
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = ListAccessKeys { limit: Some(3), cursor, ..request(Kind::ApiKey) };
        let page = latchkey.engine.keys.list(&ana, &page).await.unwrap();
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

async fn kinds_and_organizations_are_listed_separately(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    latchkey.create(&ana, Kind::ApiKey, "Ana's key").await;
    latchkey.create(&ana, Kind::OAuthClient, "Ana's client").await;
    latchkey.create(&eve, Kind::ApiKey, "Eve's key").await;
    assert_eq!(all(&latchkey, &ana, Kind::ApiKey).await, ["Ana's key"]);
    assert_eq!(all(&latchkey, &ana, Kind::OAuthClient).await, ["Ana's client"]);
    assert_eq!(all(&latchkey, &eve, Kind::ApiKey).await, ["Eve's key"]);
}

async fn keys_are_filtered_by_status_and_deleted_keys_are_hidden(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.create(&ana, Kind::ApiKey, "inactive").await;
    let active = latchkey.create(&ana, Kind::ApiKey, "active").await;
    latchkey.set_status(&ana, &active, Activation::Active).await;
    let deleted = latchkey.create(&ana, Kind::ApiKey, "deleted").await;
    latchkey.engine.keys.delete(&administrator, &deleted.key.id, "deleted").await.unwrap();
    latchkey.engine.keys.create(&administrator, &ending("expired", 1)).await.unwrap();
    latchkey.clock.advance(Duration::from_millis(1));
    let only = async |status| names(&latchkey, &ana, &ListAccessKeys { status, ..request(Kind::ApiKey) }).await;
    assert_eq!(only(Some(KeyStatus::Inactive)).await, ["inactive"]);
    assert_eq!(only(Some(KeyStatus::Active)).await, ["active"]);
    assert_eq!(only(Some(KeyStatus::Deleted)).await, ["deleted"]);
    assert_eq!(only(Some(KeyStatus::Expired)).await, ["expired"]);
    let mut all = only(None).await;
    all.sort();
    assert_eq!(all, ["active", "expired", "inactive"]);
}

fn ending(name: &str, after: i64) -> CreateAccessKey {
    CreateAccessKey { expires_at: Some(Timestamp(START + after)), ..creation(Kind::ApiKey, name) }
}

async fn expired_keys_are_listed_before_and_after_they_are_marked(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    for (name, after) in [("first", 20), ("second", 10), ("third", 20), ("fourth", 10), ("later", 99)] {
        latchkey.engine.keys.create(&administrator, &ending(name, after)).await.unwrap();
        latchkey.clock.advance(Duration::from_millis(1));
    }
    let only = |status| ListAccessKeys { status: Some(status), limit: Some(1), ..request(Kind::ApiKey) };
    latchkey.clock.advance(Duration::from_millis(5));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert_eq!(paged(&latchkey, &ana, &only(KeyStatus::Expired)).await.names(), ["fourth", "second"]);
    latchkey.clock.advance(Duration::from_millis(10));
    for _ in 0..2 {
        let expired = paged(&latchkey, &ana, &only(KeyStatus::Expired)).await;
        assert_eq!(expired.names(), ["fourth", "third", "second", "first"]);
        assert_eq!(paged(&latchkey, &ana, &only(KeyStatus::Inactive)).await.names(), ["later"]);
        housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    }
}

/// The keys of all pages of a request.
struct Paged {
    keys: Vec<AccessKey>,
    pages: usize,
}

impl Paged {
    fn names(&self) -> Vec<&str> {
        self.keys.iter().map(|key| key.name.as_str()).collect()
    }
}

async fn paged(latchkey: &Latchkey, caller: &Caller, request: &ListAccessKeys) -> Paged {
    let mut request = request.clone();
    let mut paged = Paged { keys: Vec::new(), pages: 0 };
    loop {
        let page = latchkey.engine.keys.list(caller, &request).await.unwrap();
        paged.keys.extend(page.keys);
        paged.pages += 1;
        if page.next_cursor.is_none() {
            return paged;
        }
        request.cursor = page.next_cursor;
    }
}

async fn an_invalid_cursor_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for cursor in ["", "-", "12", "x-ak_000000000000", "12-nothing", "99999999999999999999-ak_000000000000"] {
        let page = ListAccessKeys { cursor: Some(cursor.to_owned()), ..request(Kind::ApiKey) };
        let refused = latchkey.engine.keys.list(&ana, &page).await;
        assert!(matches!(refused, Err(ListAccessKeysError::Page(_))), "{cursor:?}");
    }
}
