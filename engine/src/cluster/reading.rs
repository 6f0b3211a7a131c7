//! How a node goes on while the database is read-only: it proves itself current by reading.

use std::{mem, time::Instant};

use latchkey_store::{
    StorageError,
    dialect::{nodes, readers},
};
use sqlx::{AnyConnection, Connection};

use super::{
    Cluster,
    link::{Link, PollResult, ReadingSession},
    membership::Membership,
    timing::{MINIMUM_LOCK_AGE, READ_PROOF_LIFETIME},
};

impl Cluster {
    /// Begins to read, after the session was refused a change. A standby is not read, because it may lack the latest changes.
    pub(super) async fn begin_reading(
        &self,
        node: &Membership,
        mut session: AnyConnection,
        refusal: &StorageError,
    ) -> Result<Link, StorageError> {
        self.close_gate_if_read_only(refusal);
        nodes::require_primary(&mut session).await?;
        Ok(Link::Reading(Box::new(ReadingSession::begin(session, node).await?)))
    }

    /// Polls by a fresh connection, and keeps that one if it can write again. So the node is never bound to a server that new
    /// connections do not reach.
    pub(super) async fn poll_by_reading(&self, node: &Membership, link: &mut Link) -> Result<PollResult, StorageError> {
        let asked = Instant::now();
        let mut fresh = match self.reconnect(node).await {
            Err(StorageError::Standby) => {
                *link = Link::Lost;
                return Err(StorageError::Standby);
            }
            connected => connected?,
        };
        match self.send_heartbeat(node, &mut fresh).await {
            Ok(result) => {
                self.store.gate().open();
                self.store.gate().drop_earlier_connections();
                if let Link::Reading(reading) = mem::replace(link, Link::Writing(fresh)) {
                    // Its locks end in any case.
                    drop(reading.session.close().await);
                }
                return Ok(result);
            }
            Err(error) if error.refuses_writes() => self.close_gate_if_read_only(&error),
            Err(error) => return Err(error),
        }
        let Link::Reading(reading) = link else { return Ok(PollResult::Unchanged) };
        let found = readers::read(&mut fresh, node.tag, reading.process).await?;
        if !found.is_seen {
            // The session has ended, or is one of another server.
            self.store.gate().drop_earlier_connections();
            *link = Link::Reading(Box::new(ReadingSession::begin(fresh, node).await?));
            return Ok(PollResult::Unchanged);
        }
        if found.latest != node.applied().number {
            self.apply_changes(&mut fresh, node).await?;
        }
        let shown = reading.show(node.applied().number).await;
        if let Err(error) = shown {
            *link = Link::Lost;
            return Err(error);
        }
        if node.is_up_to(found.latest) && reading.since + MINIMUM_LOCK_AGE <= asked {
            node.freshness.prove_for(asked, READ_PROOF_LIFETIME);
        }
        node.set_live_nodes(usize::try_from(found.live_nodes).unwrap_or_default().max(1));
        drop(fresh.close().await);
        Ok(PollResult::Unchanged)
    }

    /// Closes the gate if the database is read-only. If it is only full it stays open, because some changes may still fit.
    fn close_gate_if_read_only(&self, refusal: &StorageError) {
        if refusal.is_read_only() {
            self.store.gate().close();
        }
    }
}
