use latchkey_model::{
    access_key::{AccessKeyPage, ListAccessKeys},
    id::AccessKeyId,
    timestamp::Timestamp,
};
use thiserror::Error;

use super::KeyRecord;
use crate::{
    Engine, KeyViewer, StorageError,
    storage::access_keys::{self, Query},
};

const DEFAULT_LIMIT: u32 = 50;
const LARGEST_LIMIT: u32 = 200;
/// Longer than any name: a longer search finds nothing, and need not be looked for.
const LONGEST_SEARCH: usize = 200;

/// Why no page was given.
#[derive(Debug, Error)]
pub enum ListAccessKeysError {
    /// The cursor is not one that a page before has given.
    #[error("the cursor is not one of a page before")]
    Cursor,
    /// The search is longer than any name.
    #[error("search for at most 200 characters")]
    Search,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// A page of the organization's keys, newest first. A limit out of bounds is brought within 1 to 200.
    ///
    /// # Errors
    /// [`ListAccessKeysError`].
    pub async fn list_access_keys<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        request: &ListAccessKeys,
    ) -> Result<AccessKeyPage, ListAccessKeysError> {
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, LARGEST_LIMIT);
        let search = request.search.as_deref().map(str::trim).filter(|search| !search.is_empty());
        if search.is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
            return Err(ListAccessKeysError::Search);
        }
        let query = Query {
            organization: viewer.into().organization_id,
            kind: request.kind,
            after: request.cursor.as_deref().map(parse_cursor).transpose()?,
            search,
            status: request.status,
            now: self.now(),
            // One more than is shown tells whether there is a next page.
            limit: i64::from(limit) + 1,
        };
        let mut keys = access_keys::list(&mut *self.reader().await?, &query).await?;
        let has_more = keys.len() > limit as usize;
        keys.truncate(limit as usize);
        let next_cursor = keys.last().filter(|_| has_more).map(cursor_after);
        let keys = keys.into_iter().map(|key| self.with_latest_use(key).shown(query.now)).collect();
        Ok(AccessKeyPage { keys, next_cursor })
    }
}

fn cursor_after(key: &KeyRecord) -> String {
    format!("{}-{}", key.created_at.0, key.id)
}

fn parse_cursor(cursor: &str) -> Result<(Timestamp, AccessKeyId), ListAccessKeysError> {
    let (at, id) = cursor.split_once('-').ok_or(ListAccessKeysError::Cursor)?;
    let at = at.parse().map_err(|_| ListAccessKeysError::Cursor)?;
    let id = id.parse().map_err(|_| ListAccessKeysError::Cursor)?;
    Ok((Timestamp(at), id))
}
