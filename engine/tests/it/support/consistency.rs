//! Whether the keys of a database agree with their audit records, as they do at every point in time.

use super::database::texts;

/// Returns the IDs of keys that differ from what their latest record says.
pub async fn keys_that_differ_from_their_records(database: &str) -> Vec<String> {
    let latest = "SELECT action FROM audit_records WHERE subject_id = access_keys.id ORDER BY revision DESC LIMIT 1";
    let revision = "SELECT MAX(revision) FROM audit_records WHERE subject_id = access_keys.id";
    let query = format!(
        "SELECT id FROM access_keys WHERE revision <> COALESCE(({revision}), -1) \
         OR (state = 'active') <> (COALESCE(({latest}), '') = 'activated')"
    );
    texts(database, query).await
}

/// Returns the IDs of keys that have a record of their creation and do not exist.
pub async fn records_without_a_key(database: &str) -> Vec<String> {
    let query = "SELECT subject_id FROM audit_records WHERE action = 'created' \
         AND subject_id NOT IN (SELECT id FROM access_keys)";
    texts(database, query).await
}
