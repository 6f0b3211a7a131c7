use std::sync::Arc;

use latchkey_model::{id::AccessKeyId, scope::Scopes, timestamp::Timestamp};
use latchkey_store::access_keys::{AccessKeyRow, AuthenticatorRow, KeyState};

use super::{
    cached_key::CachedKey,
    entries::{CacheEntries, Lookup},
    entry::Invalidation,
};

fn key(revision: i64) -> Arc<CachedKey> {
    let organization_id: latchkey_model::id::OrganizationId = "org_7Hq2mV9cXw4T".parse().unwrap();
    let row = AccessKeyRow {
        id: id(),
        organization_id: organization_id.clone(),
        name: "WMS".to_owned(),
        state: KeyState::Active,
        scopes: Scopes::default(),
        generation: 1,
        revision,
        authenticator: AuthenticatorRow::Secret { hash: String::new(), tag: 0 },
        token_lifetime: None,
        created_at: Timestamp(0),
        created_by: "ana@example.com".to_owned(),
        expires_at: None,
        activated_at: None,
        first_used: None,
        last_used: None,
    };
    Arc::new(CachedKey::new(row, Arc::new(organization_id)))
}

fn id() -> AccessKeyId {
    "ak_7Hq2mV9cXw4T".parse().unwrap()
}

fn revision(entries: &CacheEntries) -> Option<i64> {
    match entries.find(&id()) {
        Lookup::Valid(key) => Some(key.revision),
        Lookup::Invalid(_) | Lookup::Unread(_) | Lookup::Missing => None,
    }
}

fn invalidation(entries: &CacheEntries) -> Invalidation {
    match entries.find(&id()) {
        Lookup::Invalid(invalidation) => invalidation,
        found => panic!("{found:?} is not invalid"),
    }
}

#[test]
fn the_latest_revision_wins_whatever_the_order() {
    let entries = CacheEntries::default();
    assert!(matches!(entries.find(&id()), Lookup::Unread(_)));
    for (inserted, known) in [(1, 1), (3, 3), (2, 3)] {
        entries.insert(key(inserted));
        assert_eq!(revision(&entries), Some(known));
    }
}

#[test]
fn only_the_database_ends_an_invalidation() {
    let entries = CacheEntries::default();
    entries.insert(key(1));
    entries.invalidate(&id());
    entries.insert(key(2));
    entries.refresh(&id(), invalidation(&entries), Some(key(3)));
    assert_eq!(revision(&entries), Some(3));
}

#[test]
fn an_answer_from_before_a_change_does_not_end_an_invalidation() {
    let entries = CacheEntries::default();
    entries.insert(key(1));
    entries.invalidate(&id());
    let asked = invalidation(&entries);
    entries.insert(key(2));
    entries.refresh(&id(), asked, Some(key(1)));
    assert_eq!(revision(&entries), None, "the key is still invalid");
}

#[test]
fn an_answer_from_before_a_later_invalidation_changes_nothing() {
    let entries = CacheEntries::default();
    entries.invalidate(&id());
    let earlier = invalidation(&entries);
    entries.invalidate(&id());
    entries.refresh(&id(), earlier, Some(key(1)));
    assert_ne!(invalidation(&entries), earlier);
    let later = invalidation(&entries);
    entries.refresh(&id(), later, None);
    assert!(matches!(entries.find(&id()), Lookup::Unread(_)));
}

#[test]
fn a_read_does_not_replace_a_change() {
    let entries = CacheEntries::default();
    entries.insert_read(entries.epoch(), key(1));
    assert_eq!(revision(&entries), Some(1));
    entries.insert(key(2));
    entries.insert_read(entries.epoch(), key(1));
    assert_eq!(revision(&entries), Some(2));
    entries.invalidate(&id());
    entries.insert_read(entries.epoch(), key(1));
    assert_eq!(revision(&entries), None);
}

#[test]
fn a_read_from_before_the_cache_was_cleared_is_not_inserted() {
    let entries = CacheEntries::default();
    let epoch = entries.epoch();
    entries.clear();
    entries.insert_read(epoch, key(1));
    assert_eq!(revision(&entries), None);
    entries.insert_read(entries.epoch(), key(1));
    assert_eq!(revision(&entries), Some(1));
    entries.clear();
    assert!(matches!(entries.find(&id()), Lookup::Unread(_)));
}
