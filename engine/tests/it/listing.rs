use std::time::Duration;

use latchkey_engine::{Clock, keys::ListAccessKeysError, operations::housekeeping, people::Caller};
use latchkey_model::{
    access_key::{AccessKey, Activation, CreateAccessKey, Kind, ListAccessKeys, StatusFilter},
    timestamp::Timestamp,
};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{
    Latchkey, START, creation,
    database::{connect, run},
};

on_both_databases! {
    pages_follow_each_other_without_gap_or_repeat
    tabs_and_organizations_are_apart
    search_finds_part_of_a_name_in_any_case_and_the_start_of_an_id
    statuses_are_filtered_and_deleted_keys_hidden
    keys_are_listed_as_expired_whether_that_was_noted_or_not
    a_search_finds_what_a_filter_of_all_keys_would
    a_search_follows_names_as_they_change
    a_search_comes_to_the_end_however_little_it_finds
    a_made_up_cursor_is_refused
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
    assert_eq!(search("GRÖSSE").await, ["Größe_100%"], "the capitals of ß are two");
    assert_eq!(search("GRÖß").await, ["Größe_100%"]);
    assert_eq!(search("sync").await, ["Carrier sync"]);
    assert_eq!(search("_100%").await, ["Größe_100%"]);
    assert_eq!(search("%").await, ["Größe_100%"], "wildcards are only characters");
    assert_eq!(search("e_s").await, Vec::<String>::new());
    assert_eq!(search(&id.as_str()[..8]).await, ["Größe_100%"]);
    assert_eq!(search(&id.as_str()[4..]).await, Vec::<String>::new(), "an ID is found by its start");
    assert_eq!(search("  ").await.len(), 2, "a blank search is none");
    assert_eq!(search("' OR 1=1 --").await, Vec::<String>::new());
    assert_eq!(search("a\0b").await, Vec::<String>::new());
    assert_eq!(search("ak").await.len(), 2, "all of their IDs start so");
    let long = ListAccessKeys { search: Some("x".repeat(201)), ..request(Kind::ApiKey) };
    let refused = latchkey.engine.keys.list(&ana, &long).await;
    assert!(matches!(refused, Err(ListAccessKeysError::Search)));
}

async fn statuses_are_filtered_and_deleted_keys_hidden(latchkey: Latchkey) {
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
    assert_eq!(only(Some(StatusFilter::Inactive)).await, ["inactive"]);
    assert_eq!(only(Some(StatusFilter::Active)).await, ["active"]);
    assert_eq!(only(Some(StatusFilter::Deleted)).await, ["deleted"]);
    assert_eq!(only(Some(StatusFilter::Expired)).await, ["expired"]);
    let mut all = only(None).await;
    all.sort();
    assert_eq!(all, ["active", "expired", "inactive"]);
}

fn ending(name: &str, after: i64) -> CreateAccessKey {
    CreateAccessKey { expires_at: Some(Timestamp(START + after)), ..creation(Kind::ApiKey, name) }
}

async fn keys_are_listed_as_expired_whether_that_was_noted_or_not(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    for (name, after) in [("first", 20), ("second", 10), ("third", 20), ("fourth", 10), ("later", 99)] {
        latchkey.engine.keys.create(&administrator, &ending(name, after)).await.unwrap();
        latchkey.clock.advance(Duration::from_millis(1));
    }
    let only = |status| ListAccessKeys { status: Some(status), limit: Some(1), ..request(Kind::ApiKey) };
    latchkey.clock.advance(Duration::from_millis(5));
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert_eq!(paged(&latchkey, &ana, &only(StatusFilter::Expired)).await.names(), ["fourth", "second"]);
    latchkey.clock.advance(Duration::from_millis(10));
    for _ in 0..2 {
        let expired = paged(&latchkey, &ana, &only(StatusFilter::Expired)).await;
        assert_eq!(expired.names(), ["fourth", "third", "second", "first"]);
        assert_eq!(paged(&latchkey, &ana, &only(StatusFilter::Inactive)).await.names(), ["later"]);
        housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    }
}

/// All pages of a request.
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

/// Adds so many keys of one name, made later than all that are made by the clock; more than a search looks through.
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

/// Numbers that look random, and are the same in each run.
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

async fn a_search_finds_what_a_filter_of_all_keys_would(latchkey: Latchkey) {
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
    let statuses = [None, Some(StatusFilter::Active), Some(StatusFilter::Inactive), Some(StatusFilter::Expired)];
    for status in statuses.into_iter().chain([Some(StatusFilter::Deleted)]) {
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

async fn a_search_follows_names_as_they_change(latchkey: Latchkey) {
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
    assert_eq!(search("erha", Some(StatusFilter::Deleted)).await, ["Lagerhaus"]);
    engine.keys.restore(&administrator, &id).await.unwrap();
    assert_eq!(search("erha", None).await, ["Lagerhaus"]);
    engine.keys.delete(&administrator, &id, "Lagerhaus").await.unwrap();
    latchkey.clock.advance(Duration::from_hours(30 * 24));
    housekeeping::purge_expired(engine).await.unwrap();
    assert_eq!(search("erha", Some(StatusFilter::Deleted)).await, Vec::<String>::new());
    if latchkey.database.starts_with("sqlite") {
        let compare = "INSERT INTO access_key_trigrams (access_key_trigrams, rank) VALUES ('integrity-check', 1)";
        run(&latchkey.database, compare).await;
    }
}

async fn a_search_comes_to_the_end_however_little_it_finds(latchkey: Latchkey) {
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
    assert_eq!((short.names(), short.pages), (vec!["Quartz"], 3), "5000 keys are looked through for a page");
    let none = search("xyz").await;
    assert_eq!((none.keys.len(), none.pages), (0, 1));
    let far = search("old").await;
    assert_eq!(far.names(), vec!["Old"; 1_100]);
    let mut ids: Vec<_> = far.keys.iter().map(|key| &key.id).collect();
    ids.dedup();
    assert_eq!((ids.len(), far.pages), (1_100, 8), "two pages without any, and six with what there is");
    let common = search("fil").await;
    assert_eq!((common.keys.len(), common.pages), (10_100, 51));
}

async fn a_made_up_cursor_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for cursor in ["", "-", "12", "x-ak_000000000000", "12-nothing", "99999999999999999999-ak_000000000000"] {
        let page = ListAccessKeys { cursor: Some(cursor.to_owned()), ..request(Kind::ApiKey) };
        let refused = latchkey.engine.keys.list(&ana, &page).await;
        assert!(matches!(refused, Err(ListAccessKeysError::Cursor(_))), "{cursor:?}");
    }
}
