//! Searching access keys by name or ID.

use std::time::Duration;

use latchkey_engine::{Clock, keys::ListAccessKeysError, operations::housekeeping, people::Caller};
use latchkey_model::access_key::{AccessKey, Activation, KeyStatus, Kind, ListAccessKeys};
use sqlx::{AssertSqlSafe, Executor};

use super::{ending, names, paged, request};
use crate::support::{
    Latchkey, creation,
    database::{connect, run},
};

on_both_databases! {
    search_finds_part_of_a_name_in_any_case_or_the_start_of_an_id
    a_search_finds_the_same_keys_as_a_filter_of_all_keys
    a_search_sees_changed_names
    a_search_with_few_results_reaches_the_end
}

async fn search_finds_part_of_a_name_in_any_case_or_the_start_of_an_id(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let id = latchkey.create(&ana, Kind::ApiKey, "Größe_100%").await.key.id;
    latchkey.create(&ana, Kind::ApiKey, "Carrier sync").await;
    let search = async |text: &str| {
        names(&latchkey, &ana, &ListAccessKeys { search: Some(text.to_owned()), ..request(Kind::ApiKey) }).await
    };
    assert_eq!(search("GRÖSSE").await, ["Größe_100%"], "the capital form of ß has two letters");
    assert_eq!(search("GRÖß").await, ["Größe_100%"]);
    assert_eq!(search("sync").await, ["Carrier sync"]);
    assert_eq!(search("_100%").await, ["Größe_100%"]);
    assert_eq!(search("%").await, ["Größe_100%"], "wildcards have no meaning");
    assert_eq!(search("e_s").await, Vec::<String>::new());
    assert_eq!(search(&id.as_str()[..8]).await, ["Größe_100%"]);
    assert_eq!(search(&id.as_str()[4..]).await, Vec::<String>::new(), "an ID is found by its start");
    assert_eq!(search("  ").await.len(), 2, "a blank search finds all keys");
    assert_eq!(search("' OR 1=1 --").await, Vec::<String>::new());
    assert_eq!(search("a\0b").await, Vec::<String>::new());
    assert_eq!(search("ak").await.len(), 2, "every ID has this start");
    let long = ListAccessKeys { search: Some("x".repeat(201)), ..request(Kind::ApiKey) };
    let refused = latchkey.engine.keys.list(&ana, &long).await;
    assert!(matches!(refused, Err(ListAccessKeysError::Search)));
}

/// Inserts keys with one name and a later creation time than the clock gives; enough to exceed what a search scans.
async fn fill(latchkey: &Latchkey, caller: &Caller, count: u32, name: &str) {
    let keys = format!(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {count}) \
         INSERT INTO access_keys (id, organization_id, kind, name, name_folded, state, scopes, generation, revision, \
         secret_hash, secret_tag, created_at, created_by) \
         SELECT 'ak_' || CAST(100000000000 + number + (SELECT COUNT(*) FROM access_keys) AS TEXT), '{}', 'api_key', \
         '{name}', '{}', 'inactive', '', 1, 1, '', 1, {} + number, 'ana@example.com' FROM numbers",
        caller.organization_id,
        name.to_lowercase(),
        latchkey.clock.now().0 + 1_000_000,
    );
    connect(&latchkey.database).await.execute(AssertSqlSafe(keys)).await.unwrap();
}

/// Pseudorandom numbers that are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn text(&mut self, length: usize) -> String {
        const LETTERS: [&str; 14] = ["a", "A", "b", "ß", "É", "é", "日", "🔑", "%", "_", "\\", "\"", "'", "-"];
        (0..length).map(|_| LETTERS[self.below(LETTERS.len())]).collect()
    }
}

async fn a_search_finds_the_same_keys_as_a_filter_of_all_keys(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let administrator = ana.administrator().unwrap();
    let numbers = &mut Numbers(7);
    for number in 0..150 {
        let length = 1 + numbers.below(12);
        let name = numbers.text(length);
        let request = if number % 5 == 0 { ending(&name, 1_000) } else { creation(Kind::ApiKey, &name) };
        let created = latchkey.engine.keys.create(&administrator, &request).await.unwrap();
        latchkey.create(&eve, Kind::ApiKey, &name).await;
        latchkey.create(&ana, Kind::OAuthClient, &name).await;
        match number % 4 {
            1 => latchkey.set_status(&ana, &created, Activation::Active).await,
            2 => drop(latchkey.engine.keys.delete(&administrator, &created.key.id, &name).await.unwrap()),
            _ => {}
        }
        latchkey.clock.advance(Duration::from_millis(number % 2));
    }
    latchkey.clock.advance(Duration::from_secs(1));
    fill(&latchkey, &ana, 1_200, "Filler of aAb").await;
    let statuses = [None, Some(KeyStatus::Active), Some(KeyStatus::Inactive), Some(KeyStatus::Expired)];
    for status in statuses.into_iter().chain([Some(KeyStatus::Deleted)]) {
        let all = ListAccessKeys { status, limit: Some(200), ..request(Kind::ApiKey) };
        let all = paged(&latchkey, &ana, &all).await.keys;
        for _ in 0..25 {
            let key = &all[numbers.below(all.len())];
            let (start, length) = (numbers.below(key.name.chars().count()), 1 + numbers.below(5));
            let search = match numbers.below(4) {
                0 => key.id.as_str()[..=numbers.below(15)].to_owned(),
                1 => numbers.text(length),
                _ => key.name.chars().skip(start).take(length).collect(),
            };
            let search = search.trim();
            if search.is_empty() {
                continue;
            }
            let limit = Some(u32::try_from(20 + numbers.below(60)).unwrap());
            let request = ListAccessKeys { status, limit, search: Some(search.to_owned()), ..request(Kind::ApiKey) };
            let found = paged(&latchkey, &ana, &request).await;
            let folded = search.to_lowercase();
            let is_meant =
                |key: &&AccessKey| key.name.to_lowercase().contains(&folded) || key.id.as_str().starts_with(search);
            let meant: Vec<&AccessKey> = all.iter().filter(is_meant).collect();
            assert_eq!(found.keys.iter().collect::<Vec<_>>(), meant, "{search:?}, {status:?}");
        }
    }
}

async fn a_search_sees_changed_names(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let id = latchkey.create(&ana, Kind::ApiKey, "Warehouse").await.key.id;
    latchkey.clock.advance(Duration::from_millis(1));
    latchkey.create(&ana, Kind::ApiKey, "Warehouse too").await;
    fill(&latchkey, &ana, 1_200, "Filler").await;
    let search = async |text: &str, status| {
        let request = ListAccessKeys { status, search: Some(text.to_owned()), ..request(Kind::ApiKey) };
        names(&latchkey, &ana, &request).await
    };
    let engine = &latchkey.engine;
    assert_eq!(search("ehou", None).await, ["Warehouse too", "Warehouse"]);
    engine.keys.rename(&administrator, &id, "Lagerhaus").await.unwrap();
    assert_eq!(search("ehou", None).await, ["Warehouse too"]);
    assert_eq!(search("ERHA", None).await, ["Lagerhaus"]);
    engine.keys.delete(&administrator, &id, "Lagerhaus").await.unwrap();
    assert_eq!(search("erha", None).await, Vec::<String>::new());
    assert_eq!(search("erha", Some(KeyStatus::Deleted)).await, ["Lagerhaus"]);
    engine.keys.restore(&administrator, &id).await.unwrap();
    assert_eq!(search("erha", None).await, ["Lagerhaus"]);
    engine.keys.delete(&administrator, &id, "Lagerhaus").await.unwrap();
    latchkey.clock.advance(Duration::from_hours(30 * 24));
    housekeeping::purge_expired(engine).await.unwrap();
    assert_eq!(search("erha", Some(KeyStatus::Deleted)).await, Vec::<String>::new());
    if latchkey.database.starts_with("sqlite") {
        let compare = "INSERT INTO access_key_trigrams (access_key_trigrams, rank) VALUES ('integrity-check', 1)";
        run(&latchkey.database, compare).await;
    }
}

async fn a_search_with_few_results_reaches_the_end(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    latchkey.create(&ana, Kind::ApiKey, "Quartz").await;
    fill(&latchkey, &ana, 1_100, "Old").await;
    latchkey.clock.advance(Duration::from_hours(1));
    fill(&latchkey, &ana, 10_100, "Filler").await;
    let search = async |text: &str| {
        let request = ListAccessKeys { search: Some(text.to_owned()), limit: Some(200), ..request(Kind::ApiKey) };
        paged(&latchkey, &ana, &request).await
    };
    let rare = search("artz").await;
    assert_eq!((rare.names(), rare.pages), (vec!["Quartz"], 1), "the text index finds it");
    let short = search("rt").await;
    assert_eq!((short.names(), short.pages), (vec!["Quartz"], 3), "a page scans 5000 keys");
    let none = search("xyz").await;
    assert_eq!((none.keys.len(), none.pages), (0, 1));
    let far = search("old").await;
    assert_eq!(far.names(), vec!["Old"; 1_100]);
    let mut ids: Vec<_> = far.keys.iter().map(|key| &key.id).collect();
    ids.dedup();
    assert_eq!((ids.len(), far.pages), (1_100, 8), "two empty pages, and six with results");
    let common = search("fil").await;
    assert_eq!((common.keys.len(), common.pages), (10_100, 51));
}
