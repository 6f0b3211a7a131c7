use std::time::Instant;

use latchkey_store::{StorageError, cluster::ChangeNumber, dialect::readers};
use sqlx::AnyConnection;

use super::membership::Membership;

/// What the name of a reading node's session begins with.
pub(super) const READER_NAME: &str = "latchkey ";

/// How the node asks the database.
pub(super) enum Link {
    /// Not connected. The next poll connects.
    Lost,
    /// By a session in which it writes its heartbeat.
    Writing(AnyConnection),
    /// By fresh connections, while the database is read-only.
    Reading(Box<ReadingSession>),
}

/// Whether a poll found changes, so that the node has to report that it has applied them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PollResult {
    Unchanged,
    Changed,
}

/// A read-only session that holds the locks by which other nodes see this one.
pub(super) struct ReadingSession {
    pub(super) session: AnyConnection,
    /// The server process of the session.
    pub(super) process: i64,
    /// When the locks were taken, at the latest.
    pub(super) since: Instant,
    /// The applied change that the locks name.
    shown: ChangeNumber,
}

impl ReadingSession {
    /// Takes the locks in a session.
    pub(super) async fn begin(mut session: AnyConnection, node: &Membership) -> Result<Self, StorageError> {
        let (name, shown) = (format!("{READER_NAME}{}", node.settings.name), node.applied().number);
        let process = readers::lock(&mut session, node.tag, &name, shown).await?;
        let process = process.ok_or_else(|| StorageError::NoConnection("the node's locks are taken".to_owned()))?;
        Ok(Self { session, process, since: Instant::now(), shown })
    }

    /// Shows other nodes which change this one has applied.
    pub(super) async fn show(&mut self, applied: ChangeNumber) -> Result<(), StorageError> {
        if self.shown != applied {
            readers::replace_applied(&mut self.session, self.shown, applied).await?;
            self.shown = applied;
        }
        Ok(())
    }
}
