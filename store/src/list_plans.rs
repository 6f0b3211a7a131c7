//! Tests that each page of the other lists is read by an index, in its order.

use latchkey_model::{email::Email, id::OrganizationId, timestamp::Timestamp};
use sqlx::Executor;

use crate::{
    Store,
    access_keys::list_plans::{explain, reads_by, sorts},
    audit_records::{self, HistoryCursor},
    members, one_time_links, scopes,
    test_support::postgres,
};

/// Enough rows that a planner does not read all of them. One in ten belongs to the organization.
const NUMBERS: &str = "
    WITH RECURSIVE n (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM n WHERE number < 20000)
    INSERT INTO numbers SELECT number, 'org_00000000000' || number % 10 FROM n";

const ROWS: [&str; 4] = [
    "INSERT INTO members (id, organization_id, email, role, password_hash, joined_at)
     SELECT 'mem_' || number, organization, number || '@example.com', 'member', '', 1 FROM numbers",
    "INSERT INTO one_time_links (token_hash, purpose, organization_id, email, role, expires_at)
     SELECT '' || number, 'invitation', organization, number || '@example.com', 'member', 9 FROM numbers",
    "INSERT INTO scopes (organization_id, name, description) SELECT organization, 'a' || number, '' FROM numbers",
    "INSERT INTO audit_records (id, organization_id, subject_id, revision, action, done_at, done_by, done_from)
     SELECT 'aud_' || number, organization, 'ak_000000000000', number, 'renamed', 1, '', '' FROM numbers",
];

#[tokio::test]
async fn on_sqlite_a_page_is_read_by_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
    let indexes = ["members_by_organization", "one_time_links_by_organization", "sqlite_autoindex_scopes_1"];
    a_page_is_read_by_its_index(&Store::open(&database).await.unwrap(), indexes).await;
}

#[tokio::test]
async fn on_postgresql_a_page_is_read_by_its_index() {
    let Some(database) = postgres::new_database().await else { return };
    let indexes = ["members_by_organization", "one_time_links_by_organization", "scopes_pkey"];
    a_page_is_read_by_its_index(&Store::open(&database).await.unwrap(), indexes).await;
}

async fn a_page_is_read_by_its_index(storage: &Store, [by_member, by_link, by_scope]: [&str; 3]) {
    let mut connection = storage.writer().await.unwrap();
    let organization: OrganizationId = "org_000000000000".parse().unwrap();
    let table = "CREATE TEMPORARY TABLE numbers (number INTEGER, organization TEXT)";
    let organizations = "INSERT INTO organizations SELECT DISTINCT organization, 'Northwind', 1 FROM numbers";
    for statement in [table, NUMBERS, organizations].into_iter().chain(ROWS) {
        connection.execute(statement).await.unwrap();
    }
    connection.execute("ANALYZE").await.unwrap();

    let (email, scope) = (Email::parse("5010@example.com").unwrap(), "a5000".parse().unwrap());
    let cursor = HistoryCursor { revision: 10_000, id: "aud_10000".to_owned() };
    for is_first in [true, false] {
        let (email, scope) = ((!is_first).then_some(&email), (!is_first).then_some(&scope));
        let cursor = (!is_first).then_some(&cursor);
        for (statement, index) in [
            (members::select(&organization, email, 51), by_member),
            (one_time_links::select_pending(&organization, email, 51, Timestamp(1)), by_link),
            (scopes::select(&organization, scope, 51), by_scope),
            (audit_records::select(&organization, "ak_000000000000", cursor, 51), "audit_records_by_subject"),
        ] {
            let plan = explain(&mut connection, statement).await;
            assert!(reads_by(&plan, index) && !sorts(&plan), "{index}: {plan:#?}");
        }
    }
}
