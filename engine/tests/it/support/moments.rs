//! Whether a database is of one moment: its keys are what their audit records say.

use super::database::texts;

/// The IDs of keys that are not what their latest record says.
pub async fn keys_without_their_records(database: &str) -> Vec<String> {
    let latest = "SELECT action FROM audit_records WHERE subject_id = access_keys.id ORDER BY revision DESC LIMIT 1";
    let revision = "SELECT MAX(revision) FROM audit_records WHERE subject_id = access_keys.id";
    let query = format!(
        "SELECT id FROM access_keys WHERE revision <> COALESCE(({revision}), -1) \
         OR (state = 'active') <> (COALESCE(({latest}), '') = 'activated')"
    );
    texts(database, query).await
}

/// The IDs of keys that records tell of and that are not there.
pub async fn records_without_their_keys(database: &str) -> Vec<String> {
    let query = "SELECT subject_id FROM audit_records WHERE action = 'created' \
         AND subject_id NOT IN (SELECT id FROM access_keys)";
    texts(database, query).await
}
