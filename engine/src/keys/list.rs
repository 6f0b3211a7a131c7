use latchkey_model::{
    access_key::{AccessKeyPage, ListAccessKeys},
    text::nfc,
    timestamp::Timestamp,
};
use latchkey_store::{
    StorageError,
    access_keys::list::{self, ListPosition, PageQuery},
};
use thiserror::Error;

use super::{Keys, manager::KeyViewer, view::to_view};
use crate::paging::{InvalidPage, PageSize};

/// The longest search, in characters. It is longer than any name.
const LONGEST_SEARCH: usize = 200;

/// Why no page was returned.
#[derive(Debug, Error)]
pub enum ListAccessKeysError {
    /// The cursor or the limit.
    #[error(transparent)]
    Page(#[from] InvalidPage),
    /// The search is too long.
    #[error("search for at most 200 characters")]
    Search,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Keys {
    /// Returns a page of the organization's keys, newest first. A page of a search can hold fewer keys than requested, even zero, and
    /// not be the last: only a page without a cursor is.
    ///
    /// # Errors
    /// [`ListAccessKeysError`].
    pub async fn list<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        request: &ListAccessKeys,
    ) -> Result<AccessKeyPage, ListAccessKeysError> {
        let size = PageSize::new(request.limit)?;
        let search = request.search.as_deref().map(|search| nfc(search.trim()));
        let search = search.as_deref().filter(|search| !search.is_empty());
        if search.is_some_and(|search| search.chars().count() > LONGEST_SEARCH) {
            return Err(ListAccessKeysError::Search);
        }
        let query = PageQuery {
            organization: viewer.into().organization_id,
            kind: request.kind,
            after: request.cursor.as_deref().map(parse_cursor).transpose()?,
            search,
            status: request.status,
            now: self.parts.clock.now(),
            limit: size.and_one(),
        };
        // No name has control characters, and PostgreSQL accepts no text with a NUL.
        if search.is_some_and(|search| search.contains(char::is_control)) {
            return Ok(AccessKeyPage { keys: Vec::new(), next_cursor: None });
        }
        let page = list::page(&mut *self.parts.store.reader().await?, &query).await?;
        let (keys, last) = size.cut(page.keys, |key| (key.created_at, key.id.clone()));
        let next_cursor = last.or(page.ended_at).map(write_cursor);
        let keys = keys.into_iter().map(|key| to_view(self.parts.usage.with_latest_use(key), query.now)).collect();
        Ok(AccessKeyPage { keys, next_cursor })
    }
}

pub(super) fn write_cursor((at, id): ListPosition) -> String {
    format!("{}-{id}", at.0)
}

pub(super) fn parse_cursor(cursor: &str) -> Result<ListPosition, InvalidPage> {
    let (at, id) = cursor.split_once('-').ok_or(InvalidPage::Cursor)?;
    let at = at.parse().map_err(|_| InvalidPage::Cursor)?;
    let id = id.parse().map_err(|_| InvalidPage::Cursor)?;
    Ok((Timestamp(at), id))
}
