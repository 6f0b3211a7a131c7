use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use latchkey_model::timestamp::Timestamp;
use tokio::time::sleep;

use super::{ChangeNumber, NodeRow};
use crate::{Engine, StorageError, storage::dialect::nodes};

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
            let living = nodes::living(&mut *self.reader().await?).await?;
            let is_done = living.iter().all(|node| node.applied >= change);
            if is_done || begin.elapsed() >= WAITED_FOR {
                return Ok(self.confirmation(living, change));
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

    fn confirmation(&self, living: Vec<NodeRow>, change: ChangeNumber) -> Confirmation {
        if let Some(node) = self.node() {
            node.living.store(living.len(), Ordering::Relaxed);
        }
        let (applied, pending): (Vec<_>, Vec<_>) = living.into_iter().partition(|node| node.applied >= change);
        let names = |nodes: Vec<NodeRow>| nodes.into_iter().map(|node| node.name).collect();
        Confirmation { applied: names(applied), pending: names(pending), at: self.now() }
    }
}
