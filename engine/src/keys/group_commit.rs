//! Changes that share a commit, which is the most expensive part of a change because it waits for the disk.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use latchkey_store::GroupSize;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::concurrency::{OVERLOADED, Overloaded};

/// How many changes may wait.
const LONGEST_QUEUE: usize = 1024;

/// Changes of one kind that wait to be written. Those that arrive while others are written are written together in the next
/// transaction; a change that arrives alone does not wait.
pub(super) struct GroupCommit<Change> {
    waiting: Mutex<VecDeque<Change>>,
    turns: Semaphore,
    size: GroupSize,
    commits: AtomicU64,
}

impl<Change> GroupCommit<Change> {
    pub(super) fn new(size: GroupSize) -> Self {
        Self {
            waiting: Mutex::default(),
            turns: Semaphore::new(size.groups_at_a_time),
            size,
            commits: AtomicU64::new(0),
        }
    }

    /// Adds a change to those that wait. The caller must then take one more group, in its turn.
    ///
    /// # Errors
    /// [`Overloaded`] if too many wait already.
    pub(super) fn add(&self, change: Change) -> Result<(), Overloaded> {
        let mut waiting = self.waiting();
        if waiting.len() >= LONGEST_QUEUE {
            return Err(OVERLOADED);
        }
        waiting.push_back(change);
        Ok(())
    }

    /// Waits for the turn to write a group, which ends when the result is dropped. Returns `None` if there is nothing to write,
    /// because another group included it.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let turn = self.turns.acquire().await.ok()?;
        (!self.waiting().is_empty()).then_some(turn)
    }

    /// Removes and returns the next group: the changes that have waited longest.
    pub(super) fn next_group(&self) -> Vec<Change> {
        let mut waiting = self.waiting();
        let size = waiting.len().min(self.size.largest);
        waiting.drain(..size).collect()
    }

    pub(super) fn count_commit(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns how many transactions have been committed.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Change>> {
        // Nothing under the lock can leave the queue half changed.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: GroupSize = GroupSize { groups_at_a_time: 1, largest: 2 };

    #[tokio::test]
    async fn waiting_changes_are_taken_in_order_in_groups() {
        let changes = GroupCommit::new(SIZE);
        for change in 1..=3 {
            changes.add(change).unwrap();
        }
        drop(changes.turn().await.unwrap());
        assert_eq!((changes.next_group(), changes.next_group()), (vec![1, 2], vec![3]));
        assert!(changes.turn().await.is_none(), "nothing is left for the third");
    }

    #[test]
    fn a_full_queue_refuses_instead_of_growing() {
        let changes = GroupCommit::new(SIZE);
        let added = (0..=LONGEST_QUEUE).filter(|_| changes.add(()).is_ok()).count();
        assert_eq!(added, LONGEST_QUEUE);
        changes.next_group();
        assert_eq!(changes.add(()), Ok(()));
    }
}
