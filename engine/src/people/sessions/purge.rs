use latchkey_model::timestamp::Timestamp;
use latchkey_store::{StorageError, member_devices, members, one_time_links, sessions};
use sqlx::AnyConnection;

use super::new_session::{ABSOLUTE_TIMEOUT, IDLE_TIMEOUT};
use crate::people::devices::REMEMBERED_FOR;

/// Deletes the sessions, links and devices that have ended.
pub(crate) async fn purge_expired(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    sessions::delete_ended(connection, now.minus(ABSOLUTE_TIMEOUT), now.minus(IDLE_TIMEOUT)).await?;
    one_time_links::delete_ended(connection, now).await?;
    member_devices::delete_ended(connection, now.minus(REMEMBERED_FOR)).await?;
    members::delete_ended_networks(connection, now.minus(REMEMBERED_FOR)).await
}
