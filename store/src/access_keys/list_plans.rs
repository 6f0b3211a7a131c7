//! Tests that each page of keys is read by the index of its list, in its order, and that only neighbouring keys are read.

use latchkey_model::{
    access_key::{KeyStatus, Kind},
    id::{AccessKeyId, OrganizationId},
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Executor, Row};

use super::list::{ALL, PageQuery, Search, select_newly_expired};
use crate::{Dialect, Store, statement::Statement, test_support::postgres};

/// Enough keys that a planner does not read all of them: one is active, one has expired, one is deleted.
const KEYS: &str = "
    WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 20000)
    INSERT INTO access_keys (id, organization_id, kind, name, name_folded, state, scopes, generation, revision,
        secret_hash, secret_tag, created_at, created_by, expired, expires_at, deleted_at)
    SELECT 'ak_' || CAST(100000000000 + number AS TEXT), 'org_000000000000', 'api_key', 'Key', 'key ' || number,
        CASE number WHEN 1 THEN 'active' WHEN 3 THEN 'deleted' ELSE 'inactive' END, '', 1, 1, '', 1, number, '',
        CASE number WHEN 2 THEN 1 ELSE 0 END, CASE number WHEN 2 THEN 1 END, CASE number WHEN 3 THEN 1 END
    FROM numbers";

const LISTS: [(Option<KeyStatus>, &str); 5] = [
    (None, "access_keys_newest_first"),
    (Some(KeyStatus::Active), "access_keys_active"),
    (Some(KeyStatus::Inactive), "access_keys_inactive"),
    (Some(KeyStatus::Expired), "access_keys_expired"),
    (Some(KeyStatus::Deleted), "access_keys_deleted"),
];

#[tokio::test]
async fn on_sqlite_a_page_is_read_by_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
    a_page_is_read_by_its_index(&Store::open(&database).await.unwrap()).await;
}

#[tokio::test]
async fn on_postgresql_a_page_is_read_by_its_index() {
    let Some(database) = postgres::new_database().await else { return };
    a_page_is_read_by_its_index(&Store::open(&database).await.unwrap()).await;
}

async fn a_page_is_read_by_its_index(storage: &Store) {
    let mut connection = storage.writer().await.unwrap();
    let organization: OrganizationId = "org_000000000000".parse().unwrap();
    connection.execute("INSERT INTO organizations VALUES ('org_000000000000', 'Northwind', 1)").await.unwrap();
    connection.execute(KEYS).await.unwrap();
    connection.execute("ANALYZE").await.unwrap();

    let middle: AccessKeyId = "ak_100000010000".parse().unwrap();
    let search = Search::parse("key 1234", Kind::ApiKey).unwrap();
    for (status, index) in LISTS {
        for (after, until) in [(None, 19_000), (Some((Timestamp(10_000), middle.clone())), 9_000)] {
            let query = PageQuery {
                organization: &organization,
                kind: Kind::ApiKey,
                after,
                search: None,
                status,
                now: Timestamp(1_000_000),
                limit: 51,
            };
            let until = (Timestamp(until), middle.clone());
            for statement in [query.select(Statement::new(ALL), status, None, None), query.last_of(1_000)] {
                let plan = explain(&mut connection, statement).await;
                assert!(reads_by(&plan, index) && !sorts(&plan), "{status:?}: {plan:#?}");
            }
            // Neighbouring keys may be sorted after they were read.
            let start = query.start_until(Dialect::of_connection(&connection), Some(&until));
            let near = query.select(start, status, Some(&search), Some(&until));
            let plan = explain(&mut connection, near).await;
            assert!(reads_by(&plan, index), "{status:?}: {plan:#?}");
            let is_by_pairs = plan.iter().any(|step| step.contains("(created_at,id)>(?,?)"));
            assert_eq!(is_by_pairs, Dialect::of_connection(&connection) == Dialect::Sqlite, "{status:?}: {plan:#?}");
            let matches = search.select_matches(Dialect::of_connection(&connection), &organization);
            let plan = explain(&mut connection, query.select(matches, status, Some(&search), None)).await;
            assert!(
                looks_up_matches_of(&plan, &["access_key_trigrams VIRTUAL TABLE", "access_keys_by_trigram"]),
                "{plan:#?}"
            );
            let newly = query.select(select_newly_expired(query.now), None, None, None);
            let plan = explain(&mut connection, newly).await;
            assert!(looks_up_matches_of(&plan, &["access_keys_to_expire"]), "{plan:#?}");
        }
    }
}

pub(crate) async fn explain(connection: &mut AnyConnection, statement: Statement) -> Vec<String> {
    let (explain, column) = match Dialect::of_connection(connection) {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN ", "detail"),
        Dialect::Postgres => ("EXPLAIN ", "QUERY PLAN"),
    };
    let rows = statement.explained(explain).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(column)).collect()
}

/// Returns whether a plan reads keys by one index.
pub(crate) fn reads_by(plan: &[String], index: &str) -> bool {
    plan.iter().any(|step| step.split(' ').any(|word| word == index)) && !reads_everything(plan)
}

/// Returns whether a plan sorts.
pub(crate) fn sorts(plan: &[String]) -> bool {
    plan.iter().any(|step| step.contains("TEMP B-TREE") || step.contains("Sort"))
}

/// Returns whether a plan uses one of these indexes, and then looks keys up by their IDs.
fn looks_up_matches_of(plan: &[String], indexes: &[&str]) -> bool {
    let by_id = ["sqlite_autoindex_access_keys_1 (id=?)", "access_keys_pkey"];
    let uses = |names: &[&str]| plan.iter().any(|step| names.iter().any(|name| step.contains(name)));
    uses(indexes) && uses(&by_id) && !reads_everything(plan)
}

fn reads_everything(plan: &[String]) -> bool {
    plan.iter().any(|step| {
        let of_sqlite = step.starts_with("SCAN access_key") && !step.contains("VIRTUAL TABLE INDEX 0:M");
        of_sqlite || step.contains("Seq Scan")
    })
}
