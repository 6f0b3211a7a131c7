use latchkey_model::{
    access_key::{HistoryPage, ListAccessKeyHistory},
    id::{AccessKeyId, OrganizationId},
};
use latchkey_store::{
    StorageError, access_keys,
    audit_records::{self, HistoryCursor},
};
use sqlx::AnyConnection;
use thiserror::Error;
use uuid::Uuid;

use super::{Keys, manager::KeyViewer};
use crate::paging::{self, InvalidPage, PageSize};

/// Why no page of a key's history was returned.
#[derive(Debug, Error)]
pub enum ListHistoryError {
    /// There is no such key, or the caller may not see it.
    #[error("there is no such key")]
    Unknown,
    /// The cursor or the limit.
    #[error(transparent)]
    Page(#[from] InvalidPage),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Keys {
    /// Returns a page of a key's history, latest first.
    ///
    /// # Errors
    /// [`ListHistoryError`].
    pub async fn history<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        request: &ListAccessKeyHistory,
    ) -> Result<HistoryPage, ListHistoryError> {
        let before = paging::parse_cursor(request.cursor.as_deref(), parse_cursor)?;
        let size = PageSize::new(request.limit)?;
        let mut reader = self.parts.store.reader().await?;
        let organization = viewer.into().organization_id;
        access_keys::find(&mut reader, organization, &request.id).await?.ok_or(ListHistoryError::Unknown)?;
        Ok(history_page(&mut reader, organization, &request.id, before.as_ref(), size).await?)
    }
}

/// Reads a page of the history of an existing key.
pub(super) async fn history_page(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
    before: Option<&HistoryCursor>,
    size: PageSize,
) -> Result<HistoryPage, StorageError> {
    let records = audit_records::list(connection, organization, id.as_str(), before, size.and_one()).await?;
    let (records, last) = size.cut(records, |(cursor, _)| write_cursor(cursor));
    Ok(HistoryPage { records: records.into_iter().map(|(_, record)| record).collect(), next_cursor: last })
}

pub(super) fn write_cursor(HistoryCursor { revision, id }: &HistoryCursor) -> String {
    format!("{revision}-{id}")
}

pub(super) fn parse_cursor(cursor: &str) -> Result<HistoryCursor, InvalidPage> {
    let (revision, id) = cursor.split_once('-').ok_or(InvalidPage::Cursor)?;
    let revision = revision.parse().map_err(|_| InvalidPage::Cursor)?;
    let id = id.parse::<Uuid>().map_err(|_| InvalidPage::Cursor)?;
    Ok(HistoryCursor { revision, id: id.to_string() })
}
