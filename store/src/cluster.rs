//! What the nodes on one PostgreSQL tell each other through the database. The queries are in [`crate::dialect::nodes`].

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};

/// The number of a change. Changes are numbered in the order in which they were committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeNumber(pub i64);

/// Number and commit time, so that change 17 of a diverged replica is not mistaken for ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePosition {
    /// The number of the change.
    pub number: ChangeNumber,
    /// When it was made, by the database's clock. `None` if the change is no longer announced.
    pub made_at: Option<Timestamp>,
}

/// What a transaction announces to the other nodes.
#[derive(Debug, Clone, Copy)]
pub enum Announcement<'a> {
    /// An access key was changed.
    Key(&'a AccessKeyId),
    /// An access token was revoked, by its identifier.
    Token(&'a str),
    /// All earlier signing keys were removed, and with them every access token.
    SigningKeys,
}

/// An announced change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An access key was changed.
    Key(ChangePosition, AccessKeyId),
    /// An access token was revoked, by its identifier.
    Token(ChangePosition, String),
    /// All earlier signing keys were removed.
    SigningKeys(ChangePosition),
}

impl Change {
    /// Returns the position of the change.
    #[must_use]
    pub fn position(&self) -> ChangePosition {
        match self {
            Self::Key(position, _) | Self::Token(position, _) | Self::SigningKeys(position) => *position,
        }
    }
}

/// Identifies a node in 32 bits, which is what the key of an advisory lock has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeTag(pub u32);

impl NodeTag {
    /// Returns the tag of a node, from its random ID.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(crc32fast::hash(id.as_bytes()))
    }
}

/// A live node, and the last change that it has applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRow {
    /// Its tag.
    pub tag: NodeTag,
    /// The name that the operator gave it.
    pub name: String,
    /// The last change that it has applied.
    pub applied: ChangeNumber,
}

/// What a node reports about itself.
#[derive(Debug, Clone, Copy)]
pub struct Heartbeat<'a> {
    /// Its random ID.
    pub id: &'a str,
    /// The name that the operator gave it.
    pub name: &'a str,
    /// The last change that it has applied.
    pub applied: ChangeNumber,
    /// How long it counts as live without another heartbeat.
    pub lives_for: std::time::Duration,
    /// Whether it has looked often enough to know that no read-only node is missing from the list.
    pub has_clear_view: bool,
    /// How recent the look of another node must be to count.
    pub view_is_recent_for: std::time::Duration,
}

/// What a node learns from its heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatReply {
    /// The latest change that was made on any node.
    pub latest: ChangeNumber,
    /// How many nodes are live by their heartbeats, this one included.
    pub live_nodes: usize,
    /// How many nodes read without writing.
    pub readers: i64,
    /// Whether another node has looked recently, and has missed no reader.
    pub others_have_clear_view: bool,
}
