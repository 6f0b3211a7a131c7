use latchkey_model::{
    access_key::{AccessKeyPage, ListAccessKeys},
    timestamp::Timestamp,
};
use thiserror::Error;

use crate::{
    Engine, KeyViewer, StorageError,
    storage::key_list::{self, Place, Query},
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
    /// A page of the organization's keys, newest first. A limit out of bounds is brought within 1 to 200. A page of a
    /// search can hold fewer keys than that, even none, and yet not be the last: only a page without a cursor is.
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
            limit: limit + 1,
        };
        // No name has control characters; and PostgreSQL takes no text with a NUL.
        if search.is_some_and(|search| search.contains(char::is_control)) {
            return Ok(AccessKeyPage { keys: Vec::new(), next_cursor: None });
        }
        let mut page = key_list::page(&mut *self.reader().await?, &query).await?;
        let has_more = page.keys.len() > limit as usize;
        page.keys.truncate(limit as usize);
        let last = page.keys.last().filter(|_| has_more).map(|key| (key.created_at, key.id.clone()));
        let next_cursor = last.or(page.ended_at).map(write_cursor);
        let keys = page.keys.into_iter().map(|key| self.with_latest_use(key).shown(query.now)).collect();
        Ok(AccessKeyPage { keys, next_cursor })
    }
}

fn write_cursor((at, id): Place) -> String {
    format!("{}-{id}", at.0)
}

fn parse_cursor(cursor: &str) -> Result<Place, ListAccessKeysError> {
    let (at, id) = cursor.split_once('-').ok_or(ListAccessKeysError::Cursor)?;
    let at = at.parse().map_err(|_| ListAccessKeysError::Cursor)?;
    let id = id.parse().map_err(|_| ListAccessKeysError::Cursor)?;
    Ok((Timestamp(at), id))
}
