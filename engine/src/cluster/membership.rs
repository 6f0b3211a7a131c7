use std::{
    sync::{
        Arc, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use latchkey_store::cluster::{ChangeNumber, ChangePosition, NodeTag};
use tokio::sync::{Mutex, Notify};

use super::{freshness::Freshness, progress::ClusterProgress, reader_watch::ReaderWatch};
use crate::random::Random;

/// What the operator decides about a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSettings {
    /// The name that people see.
    pub name: String,
    /// How long it serves without proof that it is current.
    pub max_staleness: Duration,
}

/// This node's place among others.
pub(crate) struct Membership {
    /// Random: a node that restarts is another node.
    pub(super) id: String,
    pub(super) tag: NodeTag,
    pub(super) settings: NodeSettings,
    pub(super) freshness: Freshness,
    /// What this node has seen of nodes that cannot write.
    reader_watch: std::sync::Mutex<ReaderWatch>,
    /// The last change that this node has applied.
    applied: RwLock<ChangePosition>,
    /// How many changes this node has not applied yet, as far as it knows.
    behind: AtomicI64,
    /// How many nodes were live when this node last looked.
    live_nodes: AtomicUsize,
    /// Makes the node ask at once.
    pub(super) wake: Arc<Notify>,
    /// Locked while the node sends a heartbeat.
    pub(super) state: Mutex<MembershipState>,
    /// The node no longer verifies credentials.
    has_left: AtomicBool,
}

/// Whether other nodes wait for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MembershipState {
    Joined,
    Left,
}

impl Membership {
    /// `schema_created_at` is when the database had no schema, if this process created it.
    pub(super) fn new(settings: NodeSettings, schema_created_at: Option<Instant>, random: &dyn Random) -> Self {
        let id = random.token();
        Self {
            tag: NodeTag::new(&id),
            id,
            reader_watch: std::sync::Mutex::new(ReaderWatch::new(schema_created_at)),
            freshness: Freshness::new(settings.max_staleness),
            settings,
            applied: RwLock::new(ChangePosition { number: ChangeNumber(0), made_at: None }),
            behind: AtomicI64::new(0),
            live_nodes: AtomicUsize::new(1),
            wake: Arc::new(Notify::new()),
            state: Mutex::new(MembershipState::Joined),
            has_left: AtomicBool::new(false),
        }
    }

    pub(super) fn is_current(&self) -> bool {
        self.freshness.is_proven() && !self.has_left.load(Ordering::Acquire)
    }

    pub(super) fn stop_judging(&self) {
        self.has_left.store(true, Ordering::Release);
    }

    /// Returns the last change that this node has applied.
    pub(super) fn applied(&self) -> ChangePosition {
        *self.applied.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_applied(&self, position: ChangePosition) {
        *self.applied.write().unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// Stores the number of the latest change, and returns whether the node has applied all up to it.
    pub(super) fn is_up_to(&self, latest: ChangeNumber) -> bool {
        let behind = latest.0 - self.applied().number.0;
        self.behind.store(behind.max(0), Ordering::Relaxed);
        behind <= 0
    }

    pub(super) fn set_live_nodes(&self, nodes: usize) {
        self.live_nodes.store(nodes, Ordering::Relaxed);
    }

    pub(super) fn reader_watch(&self) -> MutexGuard<'_, ReaderWatch> {
        self.reader_watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn progress(&self) -> ClusterProgress {
        ClusterProgress {
            lag: self.freshness.age(),
            applied: self.applied().number.0,
            behind: self.behind.load(Ordering::Relaxed),
            nodes: self.live_nodes.load(Ordering::Relaxed),
        }
    }
}
