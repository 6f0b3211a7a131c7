//! How a node goes on while the database takes no changes: it proves itself current by reading.

use std::{mem, time::Instant};

use sqlx::{AnyConnection, Connection};

use super::{
    ChangeNumber, HELD_AT_LEAST, Node, READ_PROOF,
    follow::{Link, News},
};
use crate::{
    Engine, StorageError,
    storage::dialect::{nodes, readers},
};

/// A session that may not write, and holds the locks by which the others see this node.
pub(super) struct Reader {
    session: AnyConnection,
    /// The server process of the session.
    process: i64,
    /// Since when the locks are held, at the latest.
    since: Instant,
    /// The change that the locks say the node goes by.
    shown: ChangeNumber,
}

impl Reader {
    /// Takes the locks in a session.
    async fn begin(mut session: AnyConnection, node: &Node) -> Result<Self, StorageError> {
        let (name, shown) = (format!("{READER_NAME}{}", node.settings.name), node.mark().number);
        let process = readers::lock(&mut session, node.tag, &name, shown).await?;
        let process = process.ok_or_else(|| StorageError::NoConnection("the node's locks are taken".to_owned()))?;
        Ok(Self { session, process, since: Instant::now(), shown })
    }

    /// Shows the others how far the node has come.
    async fn show(&mut self, applied: ChangeNumber) -> Result<(), StorageError> {
        if self.shown != applied {
            readers::replace_applied(&mut self.session, self.shown, applied).await?;
            self.shown = applied;
        }
        Ok(())
    }
}

/// What the name of a reader's session begins with.
pub(super) const READER_NAME: &str = "latchkey ";

impl Engine {
    /// Begins to read, after the session was refused a change. A standby is not read: it may lack the latest changes.
    pub(super) async fn begin_to_read_alone(
        &self,
        node: &Node,
        mut session: AnyConnection,
        refusal: &StorageError,
    ) -> Result<Link, StorageError> {
        self.note_refusal(refusal);
        nodes::must_be_primary(&mut session).await?;
        Ok(Link::Reading(Box::new(Reader::begin(session, node).await?)))
    }

    /// Asks by a fresh connection: one that may write again is used from then on. So the node is never bound to a server that new
    /// connections do not reach.
    pub(super) async fn ask_by_reading(&self, node: &Node, link: &mut Link) -> Result<News, StorageError> {
        let asked = Instant::now();
        let mut fresh = match self.connect_again(node).await {
            Err(StorageError::Standby) => {
                *link = Link::Lost;
                return Err(StorageError::Standby);
            }
            connected => connected?,
        };
        match self.tell_and_ask(node, &mut fresh).await {
            Ok(news) => {
                self.storage().gate().open();
                self.storage().gate().drop_earlier_connections();
                if let Link::Reading(reader) = mem::replace(link, Link::Writing(fresh)) {
                    // What it has held ends in any case.
                    drop(reader.session.close().await);
                }
                return Ok(news);
            }
            Err(error) if error.refuses_writes() => self.note_refusal(&error),
            Err(error) => return Err(error),
        }
        let Link::Reading(reader) = link else { return Ok(News::None) };
        let reading = readers::read(&mut fresh, node.tag, reader.process).await?;
        if !reading.is_seen {
            // The session has ended, or is one of another server.
            self.storage().gate().drop_earlier_connections();
            *link = Link::Reading(Box::new(Reader::begin(fresh, node).await?));
            return Ok(News::None);
        }
        if reading.latest != node.mark().number {
            self.bring_in(&mut fresh, node).await?;
        }
        let shown = reader.show(node.mark().number).await;
        if let Err(error) = shown {
            *link = Link::Lost;
            return Err(error);
        }
        if node.is_up_to(reading.latest) && reader.since + HELD_AT_LEAST <= asked {
            node.freshness.prove_for(asked, READ_PROOF);
        }
        node.note_living(usize::try_from(reading.living).unwrap_or_default().max(1));
        drop(fresh.close().await);
        Ok(News::None)
    }

    /// The gate closes if the database is read-only, and stays open if it is only full: then some changes may find room.
    fn note_refusal(&self, refusal: &StorageError) {
        if refusal.is_read_only() {
            self.storage().gate().close();
        }
    }
}
