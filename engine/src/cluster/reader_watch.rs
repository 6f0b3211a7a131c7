use std::{collections::HashMap, time::Instant};

use latchkey_store::{
    cluster::{ChangeNumber, NodeTag},
    dialect::readers::{AppliedLocks, ReaderRow},
};

use super::timing::{MINIMUM_LOCK_AGE, READ_PROOF_LIFETIME};

/// What this node has seen of nodes that read the database and cannot write to it.
///
/// Their locks end with their sessions, and they may verify credentials for [`READ_PROOF_LIFETIME`] after that. A node holds its
/// lock for [`MINIMUM_LOCK_AGE`] before it relies on it, so a node that looks as often has seen each lock. One that has not looked
/// so often is blind for as long as a node that it missed may verify credentials.
#[derive(Debug, Default)]
pub(super) struct ReaderWatch {
    /// When the latest look began.
    looked: Option<Instant>,
    blind_until: Option<Instant>,
    seen: HashMap<NodeTag, Sighting>,
}

#[derive(Debug)]
struct Sighting {
    /// Until when the node may verify credentials if its locks are gone.
    until: Instant,
    applied: AppliedLocks,
}

/// One look at all nodes.
pub(super) struct Look<'a> {
    pub(super) began: Instant,
    pub(super) ended: Instant,
    pub(super) readers: &'a [ReaderRow],
    /// Whether another node has looked recently and missed no reader.
    pub(super) others_have_clear_view: bool,
}

impl ReaderWatch {
    /// `schema_created_at` is when the database had no schema, so that no node was reading it.
    pub(super) fn new(schema_created_at: Option<Instant>) -> Self {
        Self { looked: schema_created_at, ..Self::default() }
    }

    /// Records what was seen, except the node itself.
    pub(super) fn record(&mut self, look: &Look<'_>, own: NodeTag) {
        let is_gapless =
            self.looked.is_some_and(|looked| look.ended.saturating_duration_since(looked) <= MINIMUM_LOCK_AGE);
        if look.others_have_clear_view {
            self.blind_until = None;
        } else if !is_gapless {
            self.blind_until = Some(look.ended + READ_PROOF_LIFETIME);
        }
        self.looked = self.looked.max(Some(look.began));
        self.seen.retain(|_, sighting| look.ended < sighting.until);
        for reader in look.readers.iter().filter(|reader| reader.tag != own) {
            let until = look.ended + MINIMUM_LOCK_AGE + READ_PROOF_LIFETIME;
            self.seen.insert(reader.tag, Sighting { until, applied: reader.applied });
        }
    }

    /// Returns whether it is certain that no node reads.
    pub(super) fn is_clear(&self, now: Instant) -> bool {
        !self.is_blind(now) && self.seen.values().all(|sighting| sighting.until <= now)
    }

    /// Returns whether it is certain that no node which has stopped reading still verifies credentials without a change.
    pub(super) fn is_past(&self, change: ChangeNumber, now: Instant) -> bool {
        !self.is_blind(now)
            && self.seen.values().all(|sighting| sighting.until <= now || sighting.applied.has_applied(change))
    }

    fn is_blind(&self, now: Instant) -> bool {
        self.blind_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const OWN: NodeTag = NodeTag(1);
    const OTHER: NodeTag = NodeTag(2);
    const CHANGE: ChangeNumber = ChangeNumber(7);

    /// A watch with looks at given times, in milliseconds.
    struct Observed {
        start: Instant,
        watch: ReaderWatch,
    }

    impl Observed {
        fn on_an_empty_database() -> Self {
            let start = Instant::now();
            Self { start, watch: ReaderWatch::new(Some(start)) }
        }

        fn at(&self, milliseconds: u64) -> Instant {
            self.start + Duration::from_millis(milliseconds)
        }

        fn look(&mut self, milliseconds: u64, readers: &[ReaderRow], others_have_clear_view: bool) {
            let time = self.at(milliseconds);
            let look = Look { began: time, ended: time, readers, others_have_clear_view };
            self.watch.record(&look, OWN);
        }

        fn is_past(&self, milliseconds: u64) -> bool {
            self.watch.is_past(CHANGE, self.at(milliseconds))
        }
    }

    fn reader(tag: NodeTag) -> ReaderRow {
        ReaderRow { tag, name: "latchkey".to_owned(), applied: AppliedLocks::default() }
    }

    #[test]
    fn a_node_that_looks_regularly_and_sees_no_reader_waits_for_none() {
        let mut observed = Observed::on_an_empty_database();
        for milliseconds in [250, 500, 1000] {
            observed.look(milliseconds, &[], false);
            assert!(observed.is_past(milliseconds) && observed.watch.is_clear(observed.at(milliseconds)));
        }
    }

    #[test]
    fn a_node_without_recent_looks_is_blind_while_a_missed_reader_may_verify() {
        let start = Instant::now();
        let mut observed = Observed { start, watch: ReaderWatch::new(None) };
        observed.look(0, &[], false);
        assert!(!observed.is_past(1499) && observed.is_past(1500));
        for milliseconds in [400, 800, 1200, 1600] {
            observed.look(milliseconds, &[], false);
        }
        assert!(observed.is_past(1600));
        observed.look(2101, &[], false);
        assert!(!observed.is_past(3600) && observed.is_past(3601), "501 ms passed without a look");
    }

    #[test]
    fn the_clear_view_of_another_node_is_sufficient() {
        let mut observed = Observed { start: Instant::now(), watch: ReaderWatch::new(None) };
        observed.look(0, &[], true);
        assert!(observed.is_past(0));
    }

    #[test]
    fn a_lost_reader_is_waited_for_while_it_may_verify() {
        let mut observed = Observed::on_an_empty_database();
        observed.look(250, &[reader(OTHER)], false);
        observed.look(500, &[], false);
        for milliseconds in [900, 1300, 1700, 2100] {
            observed.look(milliseconds, &[], false);
        }
        assert!(!observed.is_past(2249) && observed.is_past(2250));
        assert!(!observed.watch.is_clear(observed.at(2249)));
    }

    #[test]
    fn a_node_does_not_wait_for_itself() {
        let mut observed = Observed::on_an_empty_database();
        observed.look(250, &[reader(OWN)], false);
        assert!(observed.is_past(250));
    }
}
