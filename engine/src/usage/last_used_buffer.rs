use std::{
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use dashmap::DashMap;
use latchkey_model::{access_key::Use, id::AccessKeyId, timestamp::Timestamp};

/// The latest use of each key that is not yet in the database.
#[derive(Default)]
pub(super) struct LastUsedBuffer(DashMap<AccessKeyId, LatestUse>);

/// The latest use of one key.
struct LatestUse {
    /// In Unix milliseconds. Written only under the lock of `from`, and read without it: of the calls within one millisecond, one
    /// takes the lock.
    at: AtomicI64,
    from: Mutex<IpAddr>,
}

/// An accepted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) at: Timestamp,
    pub(super) from: IpAddr,
}

impl From<Call> for Use {
    fn from(call: Call) -> Self {
        Self { at: call.at, from: call.from.to_string() }
    }
}

impl LatestUse {
    fn update(&self, call: Call) {
        if !self.is_before(call) {
            return;
        }
        let mut from = self.from.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_before(call) {
            self.at.store(call.at.0, Ordering::Relaxed);
            *from = call.from;
        }
    }

    fn is_before(&self, call: Call) -> bool {
        self.at.load(Ordering::Relaxed) < call.at.0
    }

    fn call(&self) -> Call {
        let from = self.from.lock().unwrap_or_else(PoisonError::into_inner);
        Call { at: Timestamp(self.at.load(Ordering::Relaxed)), from: *from }
    }
}

impl LastUsedBuffer {
    /// Records a use, unless a later one is recorded.
    pub(super) fn record(&self, key: &AccessKeyId, call: Call) {
        // Usually the key has an entry: then the map is locked only for reading, and nothing is allocated.
        if let Some(latest) = self.0.get(key) {
            return latest.update(call);
        }
        let first = || LatestUse { at: AtomicI64::new(call.at.0), from: Mutex::new(call.from) };
        self.0.entry(key.clone()).and_modify(|latest| latest.update(call)).or_insert_with(first);
    }

    /// Returns the latest use of a key.
    pub(super) fn latest(&self, key: &AccessKeyId) -> Option<Call> {
        self.0.get(key).map(|latest| latest.call())
    }

    /// Returns all entries, by ID: two nodes that write the same keys then lock them in the same order.
    pub(super) fn entries(&self) -> Vec<(AccessKeyId, Call)> {
        let mut entries: Vec<_> = self.0.iter().map(|entry| (entry.key().clone(), entry.value().call())).collect();
        entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        entries
    }

    /// Removes entries that were written. A key that was used since keeps its entry.
    pub(super) fn remove(&self, written: &[(AccessKeyId, Call)]) {
        for (key, call) in written {
            self.0.remove_if(key, |_, latest| latest.call().at <= call.at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> AccessKeyId {
        format!("ak_{number:012}").parse().unwrap()
    }

    fn call(at: i64, from: u8) -> Call {
        Call { at: Timestamp(at), from: IpAddr::from([203, 0, 113, from]) }
    }

    #[test]
    fn only_a_later_call_replaces_an_entry() {
        let buffer = LastUsedBuffer::default();
        for next in [call(2, 1), call(2, 2), call(1, 3)] {
            buffer.record(&key(1), next);
        }
        assert_eq!(buffer.entries(), [(key(1), call(2, 1))]);
        buffer.record(&key(1), call(3, 4));
        assert_eq!(buffer.entries(), [(key(1), call(3, 4))]);
    }

    #[test]
    fn a_key_that_is_used_during_a_flush_keeps_its_entry() {
        let buffer = LastUsedBuffer::default();
        buffer.record(&key(2), call(1, 1));
        buffer.record(&key(1), call(1, 1));
        let written = buffer.entries();
        assert_eq!(written, [(key(1), call(1, 1)), (key(2), call(1, 1))]);
        buffer.record(&key(2), call(2, 2));
        buffer.record(&key(3), call(2, 2));
        buffer.remove(&written);
        assert_eq!(buffer.entries(), [(key(2), call(2, 2)), (key(3), call(2, 2))]);
    }
}
