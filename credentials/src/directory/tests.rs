use latchkey_model::{id::OrganizationId, scope::Scopes, timestamp::Timestamp};

use super::*;
use crate::{
    access_keys::{Proof, State, StoredSecret},
    secret::SecretTag,
};

fn key(revision: i64) -> Arc<KeyRecord> {
    Arc::new(KeyRecord {
        id: id(),
        organization_id: "org_7Hq2mV9cXw4T".parse::<OrganizationId>().unwrap(),
        name: "WMS".to_owned(),
        state: State::Active,
        scopes: Scopes::default(),
        generation: 1,
        revision,
        proof: Proof::Secret(StoredSecret::new(String::new(), SecretTag::of(""))),
        token_lifetime: None,
        created_at: Timestamp(0),
        created_by: "ana@example.com".to_owned(),
        expires_at: None,
        activated_at: None,
        first_used: None,
        last_used: None,
    })
}

fn id() -> AccessKeyId {
    "ak_7Hq2mV9cXw4T".parse().unwrap()
}

fn revision(directory: &KeyDirectory) -> Option<i64> {
    match directory.find(&id()) {
        Found::Known(key) => Some(key.revision),
        Found::Doubtful(_) | Found::Unread(_) | Found::Nowhere => None,
    }
}

fn doubt(directory: &KeyDirectory) -> Doubt {
    match directory.find(&id()) {
        Found::Doubtful(doubt) => doubt,
        found => panic!("{found:?} is no doubt"),
    }
}

#[test]
fn the_latest_revision_counts_in_whatever_order_they_come() {
    let directory = KeyDirectory::default();
    assert!(matches!(directory.find(&id()), Found::Unread(_)));
    for (noted, known) in [(1, 1), (3, 3), (2, 3)] {
        directory.note(key(noted));
        assert_eq!(revision(&directory), Some(known));
    }
}

#[test]
fn a_doubt_is_settled_by_the_database_alone() {
    let directory = KeyDirectory::default();
    directory.note(key(1));
    directory.doubt(&id());
    directory.note(key(2));
    directory.settle(&id(), doubt(&directory), Some(key(3)));
    assert_eq!(revision(&directory), Some(3));
}

#[test]
fn an_answer_from_before_a_change_does_not_settle_a_doubt() {
    let directory = KeyDirectory::default();
    directory.note(key(1));
    directory.doubt(&id());
    let asked = doubt(&directory);
    directory.note(key(2));
    directory.settle(&id(), asked, Some(key(1)));
    assert_eq!(revision(&directory), None, "the key is in doubt still");
}

#[test]
fn an_answer_from_before_a_later_doubt_settles_nothing() {
    let directory = KeyDirectory::default();
    directory.doubt(&id());
    let earlier = doubt(&directory);
    directory.doubt(&id());
    directory.settle(&id(), earlier, Some(key(1)));
    assert_ne!(doubt(&directory), earlier);
    let later = doubt(&directory);
    directory.settle(&id(), later, None);
    assert!(matches!(directory.find(&id()), Found::Unread(_)));
}

#[test]
fn what_was_read_does_not_replace_what_was_changed() {
    let directory = KeyDirectory::default();
    directory.keep(directory.reading(), key(1));
    assert_eq!(revision(&directory), Some(1));
    directory.note(key(2));
    directory.keep(directory.reading(), key(1));
    assert_eq!(revision(&directory), Some(2));
    directory.doubt(&id());
    directory.keep(directory.reading(), key(1));
    assert_eq!(revision(&directory), None);
}

#[test]
fn what_was_read_before_the_directory_was_emptied_is_not_kept() {
    let directory = KeyDirectory::default();
    let reading = directory.reading();
    directory.empty();
    directory.keep(reading, key(1));
    assert_eq!(revision(&directory), None);
    directory.keep(directory.reading(), key(1));
    assert_eq!(revision(&directory), Some(1));
    directory.empty();
    assert!(matches!(directory.find(&id()), Found::Unread(_)));
}
