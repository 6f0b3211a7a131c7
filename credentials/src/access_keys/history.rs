use latchkey_model::{
    access_key::HistoryPage,
    id::{AccessKeyId, OrganizationId},
    page::PageRequest,
};
use sqlx::AnyConnection;
use thiserror::Error;
use uuid::Uuid;

use crate::{
    Engine, KeyViewer, StorageError,
    paging::{InvalidCursor, PageSize, parse_cursor},
    storage::{
        access_keys,
        audit_records::{self, Place},
    },
};

/// Why no page of a key's history was given.
#[derive(Debug, Error)]
pub enum ListHistoryError {
    /// There is no such key, or none that the caller may see.
    #[error("there is no such key")]
    Unknown,
    /// The cursor is none of ours.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// A page of a key's history, latest first.
    ///
    /// # Errors
    /// [`ListHistoryError`].
    pub async fn list_access_key_history<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        id: &AccessKeyId,
        request: &PageRequest,
    ) -> Result<HistoryPage, ListHistoryError> {
        let before = parse_cursor(request.cursor.as_deref(), parse_place)?;
        let mut reader = self.reader().await?;
        let organization = viewer.into().organization_id;
        access_keys::find(&mut reader, organization, id).await?.ok_or(ListHistoryError::Unknown)?;
        Ok(history(&mut reader, organization, id, before.as_ref(), PageSize::of(request.limit)).await?)
    }
}

/// A page of the history of a key that there is.
pub(super) async fn history(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
    before: Option<&Place>,
    size: PageSize,
) -> Result<HistoryPage, StorageError> {
    let records = audit_records::list(connection, organization, id.as_str(), before, size.and_one()).await?;
    let (records, last) = size.cut(records, |(place, _)| write_place(place));
    Ok(HistoryPage { records: records.into_iter().map(|(_, record)| record).collect(), next_cursor: last })
}

pub(super) fn write_place(Place { revision, id }: &Place) -> String {
    format!("{revision}-{id}")
}

pub(super) fn parse_place(cursor: &str) -> Result<Place, InvalidCursor> {
    let (revision, id) = cursor.split_once('-').ok_or(InvalidCursor)?;
    let revision = revision.parse().map_err(|_| InvalidCursor)?;
    let id = id.parse::<Uuid>().map_err(|_| InvalidCursor)?;
    Ok(Place { revision, id: id.to_string() })
}
