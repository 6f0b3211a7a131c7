use std::time::{Duration, Instant};

use latchkey_model::timestamp::Timestamp;
use latchkey_store::{
    StorageError,
    cluster::{ChangeNumber, NodeTag},
    dialect::{
        nodes,
        readers::{self, ReaderRow},
    },
};
use tokio::time::sleep;

use super::{Cluster, link::READER_NAME, membership::Membership, reader_watch::Look, timing::READ_PROOF_LIFETIME};

/// How long a change waits for the live nodes.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The first pause between two looks. Each further pause is twice as long, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// Where a change is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The names of the nodes that have applied it.
    pub applied: Vec<String>,
    /// The names of the nodes that may not have applied it. Each stops verifying credentials by itself, within what the operator
    /// has set, unless it learns of the change.
    pub pending: Vec<String>,
    /// When that was so.
    pub at: Timestamp,
}

impl Cluster {
    /// Waits until every live node has applied a change, for at most two seconds.
    ///
    /// # Errors
    /// [`StorageError`] if the database cannot be queried; the change is made nevertheless.
    pub(crate) async fn confirm(&self, change: Option<ChangeNumber>) -> Result<Confirmation, StorageError> {
        let (Some(change), Some(node)) = (change, &self.membership) else { return Ok(self.confirm_alone()) };
        node.wake.notify_one();
        let begin = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let count = self.count_nodes(node, change).await?;
            // A node that has proven itself current by reading has done so after the change by now, or verifies nothing.
            let is_complete = count.is_complete || begin.elapsed() >= READ_PROOF_LIFETIME;
            let is_done = is_complete && count.nodes.iter().all(|node| node.has_applied);
            if is_done || begin.elapsed() >= TIMEOUT {
                return Ok(self.confirmation(node, count.nodes));
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(2 * pause);
        }
    }

    /// Waits until every live node has applied all changes made so far.
    ///
    /// # Errors
    /// As [`Cluster::confirm`].
    pub(crate) async fn confirm_all(&self) -> Result<Confirmation, StorageError> {
        if self.membership.is_none() {
            return Ok(self.confirm_alone());
        }
        let latest = nodes::latest_change(&mut *self.store.reader().await?).await?;
        self.confirm(Some(latest)).await
    }

    fn confirm_alone(&self) -> Confirmation {
        Confirmation { applied: vec![self.name.clone()], pending: Vec::new(), at: self.clock.now() }
    }

    /// Finds the nodes that may verify credentials: those with a recent heartbeat, and those that hold the locks of a reader.
    async fn count_nodes(&self, node: &Membership, change: ChangeNumber) -> Result<NodeCount, StorageError> {
        let began = Instant::now();
        let mut reader = self.store.reader().await?;
        // The locks first: a reader that can write again has its row before it gives them up.
        let readers = readers::all(&mut reader).await?;
        let live = nodes::live(&mut reader).await?;
        drop(reader);
        let shows_it =
            |tag: NodeTag| readers.iter().any(|reader| reader.tag == tag && reader.applied.has_applied(change));
        let mut nodes: Vec<_> = live
            .iter()
            .map(|row| NodeState { name: row.name.clone(), has_applied: row.applied >= change || shows_it(row.tag) })
            .collect();
        let only_reading = readers.iter().filter(|reader| live.iter().all(|row| row.tag != reader.tag));
        nodes.extend(
            only_reading
                .map(|reader| NodeState { name: node_name(reader), has_applied: reader.applied.has_applied(change) }),
        );
        let ended = Instant::now();
        let mut watch = node.reader_watch();
        watch.record(&Look { began, ended, readers: &readers, others_have_clear_view: false }, node.tag);
        Ok(NodeCount { nodes, is_complete: watch.is_past(change, ended) })
    }

    fn confirmation(&self, node: &Membership, nodes: Vec<NodeState>) -> Confirmation {
        node.set_live_nodes(nodes.len());
        let (applied, pending): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|node| node.has_applied);
        let names = |nodes: Vec<NodeState>| nodes.into_iter().map(|node| node.name).collect();
        Confirmation { applied: names(applied), pending: names(pending), at: self.clock.now() }
    }
}

/// A node that may verify credentials.
struct NodeState {
    name: String,
    has_applied: bool,
}

/// The nodes that may verify credentials.
struct NodeCount {
    nodes: Vec<NodeState>,
    /// Whether there can be no others.
    is_complete: bool,
}

/// Returns the name that a reading node gave its session.
pub(crate) fn node_name(reader: &ReaderRow) -> String {
    reader.name.strip_prefix(READER_NAME).unwrap_or(&reader.name).to_owned()
}
