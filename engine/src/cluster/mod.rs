//! How a change reaches every node on one PostgreSQL before the change is reported as made.
//!
//! A change takes the next number and announces itself with its commit. Each node listens, reads what was announced, and stores how
//! far it has come; it also asks every quarter of a second. A node that cannot ask refuses to verify credentials before the others
//! stop waiting for it. So once a key is reported as deactivated, no node accepts it.
//! `docs/adr/0011-deactivated-means-everywhere.md` has the argument.
//!
//! With SQLite there is one node, which is always current.

mod confirm;
mod follow;
mod follower_log;
mod freshness;
mod link;
mod listener;
mod membership;
mod progress;
mod reader_watch;
mod reading;
mod timing;

use std::{
    sync::{Arc, OnceLock, Weak},
    time::Duration,
};

use latchkey_store::{StorageError, Store};

use self::membership::Membership;
pub use self::{confirm::Confirmation, membership::NodeSettings, progress::ClusterProgress};
pub(crate) use self::{confirm::node_name, listener::ChangeListener, timing::ANNOUNCEMENT_LIFETIME};
use crate::{random::Random, time::Clock};

/// This node among the nodes on one database.
pub(crate) struct Cluster {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    database_url: String,
    /// The name that confirmations give for a process that is alone.
    name: String,
    /// Present where there may be other nodes.
    membership: Option<Membership>,
    /// Weak, because listeners hold the cluster.
    listeners: OnceLock<Vec<Weak<dyn ChangeListener>>>,
}

impl Cluster {
    pub(crate) fn new(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        database_url: &str,
        node: Option<NodeSettings>,
        random: &dyn Random,
    ) -> Self {
        let name = node.as_ref().map_or("this node", |node| &node.name).to_owned();
        let membership = node.filter(|_| !store.is_exclusive());
        let membership = membership.map(|node| Membership::new(node, store.schema_created_at(), random));
        Self { store, clock, database_url: database_url.to_owned(), name, membership, listeners: OnceLock::new() }
    }

    /// Sets who applies the changes of other nodes, in this order. Called once, before the node joins.
    pub(crate) fn set_listeners(&self, listeners: Vec<Weak<dyn ChangeListener>>) {
        // A second list is dropped.
        let _ = self.listeners.set(listeners);
    }

    fn listeners(&self) -> impl Iterator<Item = Arc<dyn ChangeListener>> {
        self.listeners.get().into_iter().flatten().filter_map(Weak::upgrade)
    }

    /// Returns whether other nodes may exist.
    pub(crate) fn has_other_nodes(&self) -> bool {
        self.membership.is_some()
    }

    /// Returns whether what this process keeps in memory is known to be current.
    pub(crate) fn is_current(&self) -> bool {
        match &self.membership {
            Some(membership) => membership.is_current(),
            None => self.store.is_exclusive(),
        }
    }

    /// Fails unless what is in memory is current.
    ///
    /// # Errors
    /// [`StorageError::OutOfTouch`] if changes of other nodes may have been missed.
    pub(crate) fn require_current(&self) -> Result<(), StorageError> {
        if self.is_current() { Ok(()) } else { Err(StorageError::OutOfTouch) }
    }

    /// Returns how far this node has come.
    pub(crate) fn progress(&self) -> ClusterProgress {
        match &self.membership {
            Some(membership) => membership.progress(),
            None => ClusterProgress { lag: Duration::ZERO, applied: 0, behind: 0, nodes: 1 },
        }
    }
}
