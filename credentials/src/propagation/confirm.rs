use std::time::{Duration, Instant};

use latchkey_model::timestamp::Timestamp;
use tokio::time::sleep;

use super::{ChangeNumber, NodeTag, READ_PROOF, reading::READER_NAME, watch::Look};
use crate::{
    Engine, StorageError,
    storage::dialect::{
        nodes,
        readers::{self, ReaderRow},
    },
};

/// How long a change waits for the nodes that live.
const WAITED_FOR: Duration = Duration::from_secs(2);

/// How long it waits before it looks again, at first; then twice as long each time, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// Where a change is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// The nodes that go by it, by their names.
    pub applied: Vec<String>,
    /// The nodes that may not yet. Each of them stops judging by itself, within what the operator has set, unless it hears of it.
    pub pending: Vec<String>,
    /// When that was so.
    pub at: Timestamp,
}

impl Engine {
    /// Waits until every node that lives goes by a change, but not for long.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not tell; the change is made all the same.
    pub(crate) async fn confirm(&self, change: Option<ChangeNumber>) -> Result<Confirmation, StorageError> {
        let Some(change) = change else { return Ok(self.of_the_only_node()) };
        if let Some(node) = self.node() {
            node.wake.notify_one();
        }
        let begin = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let counted = self.count_nodes(change).await?;
            // Whoever has proven itself by reading has done so after the change by now, or judges nothing.
            let is_sure = counted.is_sure || begin.elapsed() >= READ_PROOF;
            let is_done = is_sure && counted.nodes.iter().all(|node| node.goes_by_it);
            if is_done || begin.elapsed() >= WAITED_FOR {
                return Ok(self.confirmation(counted.nodes));
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(2 * pause);
        }
    }

    /// Waits until every node goes by all that was changed so far.
    ///
    /// # Errors
    /// As [`Engine::confirm`].
    pub(crate) async fn confirm_all(&self) -> Result<Confirmation, StorageError> {
        if self.node().is_none() {
            return Ok(self.of_the_only_node());
        }
        let latest = nodes::latest_change(&mut *self.reader().await?).await?;
        self.confirm(Some(latest)).await
    }

    fn of_the_only_node(&self) -> Confirmation {
        Confirmation { applied: vec![self.node_name().to_owned()], pending: Vec::new(), at: self.now() }
    }

    /// The nodes that may judge: those that live by what they have written, and those that hold the locks of a reader.
    async fn count_nodes(&self, change: ChangeNumber) -> Result<Counted, StorageError> {
        let began = Instant::now();
        let mut reader = self.reader().await?;
        // The locks first: a reader that writes again has its row before it gives them up.
        let readers = readers::all(&mut reader).await?;
        let living = nodes::living(&mut reader).await?;
        drop(reader);
        let shows_it = |tag: NodeTag| readers.iter().any(|reader| reader.tag == tag && reader.applied.reach(change));
        let mut nodes: Vec<_> = living
            .iter()
            .map(|row| Standing { name: row.name.clone(), goes_by_it: row.applied >= change || shows_it(row.tag) })
            .collect();
        let alone = readers.iter().filter(|reader| living.iter().all(|row| row.tag != reader.tag));
        nodes.extend(
            alone.map(|reader| Standing { name: reader.node_name(), goes_by_it: reader.applied.reach(change) }),
        );
        let Some(node) = self.node() else { return Ok(Counted { nodes, is_sure: false }) };
        let ended = Instant::now();
        let mut watch = node.watch();
        watch.note(&Look { began, ended, readers: &readers, others_have_clear_view: false }, node.tag);
        Ok(Counted { nodes, is_sure: watch.is_past(change, ended) })
    }

    fn confirmation(&self, nodes: Vec<Standing>) -> Confirmation {
        if let Some(node) = self.node() {
            node.note_living(nodes.len());
        }
        let (applied, pending): (Vec<_>, Vec<_>) = nodes.into_iter().partition(|node| node.goes_by_it);
        let names = |nodes: Vec<Standing>| nodes.into_iter().map(|node| node.name).collect();
        Confirmation { applied: names(applied), pending: names(pending), at: self.now() }
    }
}

/// A node that may judge, and whether it goes by a change.
struct Standing {
    name: String,
    goes_by_it: bool,
}

/// The nodes that may judge.
struct Counted {
    nodes: Vec<Standing>,
    /// Whether there can be no others.
    is_sure: bool,
}

impl ReaderRow {
    /// The name that the node has given its session.
    pub(crate) fn node_name(&self) -> String {
        self.name.strip_prefix(READER_NAME).unwrap_or(&self.name).to_owned()
    }
}
