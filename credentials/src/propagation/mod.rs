//! How a change of a key reaches every node on one PostgreSQL before whoever made it is told that it is made.
//!
//! A change takes the next number and announces itself with its commit. Each node listens, reads what was announced anew, and
//! stores how far it has come; every quarter of a second it asks in any case. A node that cannot ask is out of touch: it
//! refuses to judge before others stop waiting for it. So "deactivated" holds on every node once it is said.
//! `docs/adr/0011-deactivated-means-everywhere.md` has the argument.
//!
//! With SQLite there is one node, which is always current.

mod confirm;
mod follow;
mod freshness;
mod logged;
mod reading;
mod watch;

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::AnyConnection;
use tokio::sync::{Mutex, Notify};

use self::{freshness::Freshness, watch::Watch};
use crate::{Engine, StorageError, random::Random, storage::dialect::nodes};
pub use confirm::Confirmation;

/// How often a node asks whether there is something new.
pub(crate) const ASKED_EVERY: Duration = Duration::from_millis(250);

/// How much longer others wait for a node than it serves without asking.
const WAITED_LONGER: Duration = Duration::from_secs(1);

/// How long a proof by reading is good: shorter than one by writing, for others see a node that reads by locks that end with its
/// session, and wait for as long after that.
pub(crate) const READ_PROOF: Duration = Duration::from_millis(1500);

/// How long a node has held its locks before it proves itself by reading. Others look twice as often.
pub(crate) const HELD_AT_LEAST: Duration = Duration::from_millis(500);

/// How long announced changes stay. A node that was away for longer reads everything anew.
pub(crate) const ANNOUNCED_FOR: Duration = Duration::from_hours(1);

/// What the operator decides of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSettings {
    /// What people are told it is.
    pub name: String,
    /// How long it serves without proof that it is current.
    pub max_staleness: Duration,
}

/// A change's place in the order in which all were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ChangeNumber(pub(crate) i64);

/// Tells a change from one of the same number in another history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) number: ChangeNumber,
    /// By the database's time; `None` for a change that is not announced any more, or never was.
    pub(crate) made_at: Option<Timestamp>,
}

/// What is announced.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Changed<'a> {
    Key(&'a AccessKeyId),
    /// A token that ended before its time, by its identifier.
    Token(&'a str),
    /// Earlier signing keys are gone, and every token with them.
    SigningKeys,
}

/// What was announced, with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Key(Mark, AccessKeyId),
    Token(Mark, String),
    SigningKeys(Mark),
}

impl Change {
    fn mark(&self) -> Mark {
        match self {
            Self::Key(mark, _) | Self::Token(mark, _) | Self::SigningKeys(mark) => *mark,
        }
    }
}

/// Tells nodes apart in thirty-two bits, as the key of a lock has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct NodeTag(pub(crate) u32);

impl NodeTag {
    /// The tag of the node with an ID, which is random.
    pub(crate) fn of(id: &str) -> Self {
        Self(crc32fast::hash(id.as_bytes()))
    }
}

/// A node that lives, and the last change that it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeRow {
    pub(crate) tag: NodeTag,
    pub(crate) name: String,
    pub(crate) applied: ChangeNumber,
}

/// What a node hears when it tells that it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beat {
    /// The latest change that was made on any node.
    pub(crate) latest: ChangeNumber,
    /// How many nodes live, itself included, by what they have written.
    pub(crate) living: usize,
    /// How many read without writing.
    pub(crate) readers: i64,
    /// Whether another node has looked lately, and has missed no reader.
    pub(crate) others_have_clear_view: bool,
}

/// How far a node has come with what was changed on any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Propagation {
    /// How old the latest proof is that this node is current: nothing where there is one node.
    pub lag: Duration,
    /// The number of the last change that this node goes by.
    pub applied: i64,
    /// How many changes it had still to bring in when it last asked.
    pub behind: i64,
    /// How many nodes lived when it last asked, itself included.
    pub nodes: usize,
}

/// This node among others.
pub(crate) struct Node {
    /// Random: a node that starts again is another one.
    id: String,
    tag: NodeTag,
    settings: NodeSettings,
    freshness: Freshness,
    /// What it has seen of nodes that cannot write.
    watch: std::sync::Mutex<Watch>,
    /// The last change that it goes by.
    applied: RwLock<Mark>,
    /// How many changes there are that it does not go by yet, as far as it knows.
    behind: AtomicI64,
    /// How many nodes lived when it last looked.
    living: AtomicUsize,
    /// Has it ask at once.
    wake: Arc<Notify>,
    /// Held while it tells the others that it lives.
    place: Mutex<Place>,
    /// It judges nothing any more.
    has_left: AtomicBool,
}

/// Whether a node is one of those that others wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Taken,
    Left,
}

impl Node {
    /// `found_empty` is when the database had no schema, if this process has made it.
    pub(crate) fn new(settings: NodeSettings, found_empty: Option<Instant>, random: &dyn Random) -> Self {
        let id = random.token();
        Self {
            tag: NodeTag::of(&id),
            id,
            watch: std::sync::Mutex::new(Watch::new(found_empty)),
            freshness: Freshness::new(settings.max_staleness),
            settings,
            applied: RwLock::new(Mark { number: ChangeNumber(0), made_at: None }),
            behind: AtomicI64::new(0),
            living: AtomicUsize::new(1),
            wake: Arc::new(Notify::new()),
            place: Mutex::new(Place::Taken),
            has_left: AtomicBool::new(false),
        }
    }

    pub(crate) fn is_current(&self) -> bool {
        self.freshness.is_proven() && !self.has_left.load(Ordering::Acquire)
    }

    /// The last change that this node goes by.
    fn mark(&self) -> Mark {
        *self.applied.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_applied(&self, mark: Mark) {
        *self.applied.write().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    /// Notes the latest change that there is, and returns whether the node goes by all up to it.
    fn is_up_to(&self, latest: ChangeNumber) -> bool {
        let behind = latest.0 - self.mark().number.0;
        self.behind.store(behind.max(0), Ordering::Relaxed);
        behind <= 0
    }

    fn note_living(&self, nodes: usize) {
        self.living.store(nodes, Ordering::Relaxed);
    }

    fn watch(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// How far this node has come.
    pub(crate) fn propagation(&self) -> Propagation {
        match self.node() {
            Some(node) => Propagation {
                lag: node.freshness.age(),
                applied: node.mark().number.0,
                behind: node.behind.load(Ordering::Relaxed),
                nodes: node.living.load(Ordering::Relaxed),
            },
            None => Propagation { lag: Duration::ZERO, applied: 0, behind: 0, nodes: 1 },
        }
    }

    /// Announces a change, last in its transaction: until it commits, no other can be announced.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub(crate) async fn announce(
        &self,
        connection: &mut AnyConnection,
        changed: Changed<'_>,
    ) -> Result<Option<ChangeNumber>, StorageError> {
        nodes::announce(connection, changed).await
    }
}
