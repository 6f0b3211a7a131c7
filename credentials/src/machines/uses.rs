use std::{
    net::IpAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use dashmap::DashMap;
use latchkey_model::{access_key::Use, id::AccessKeyId, timestamp::Timestamp};
use sqlx::AnyConnection;
use tokio::time::timeout;

use super::verify::VerifyError;
use crate::{Engine, StorageError, access_keys::KeyRecord, storage::access_keys};

/// How many uses are written in one transaction at the most: what a person changes waits for it.
const WRITTEN_AT_A_TIME: usize = 500;

/// How long a call waits until the first use of its key is written. It stands without that.
const WRITTEN_WITHIN: Duration = Duration::from_secs(1);

/// The latest use of each key that is not yet in the database.
#[derive(Default)]
pub(crate) struct UseRecorder(DashMap<AccessKeyId, LatestUse>);

/// The latest use of one key.
struct LatestUse {
    /// In milliseconds since 1970. It is written under the lock of `from` alone, and read without: of the calls in one
    /// millisecond, one takes the lock.
    at: AtomicI64,
    from: Mutex<IpAddr>,
}

/// A use as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    at: Timestamp,
    from: IpAddr,
}

impl From<Call> for Use {
    fn from(call: Call) -> Self {
        Self { at: call.at, from: call.from.to_string() }
    }
}

impl LatestUse {
    fn note(&self, call: Call) {
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

impl UseRecorder {
    /// Notes a use, unless a later one is noted.
    fn note(&self, key: &AccessKeyId, call: Call) {
        // Usually it is there: then nothing is locked but for reading, and nothing allocated.
        if let Some(latest) = self.0.get(key) {
            return latest.note(call);
        }
        let first = || LatestUse { at: AtomicI64::new(call.at.0), from: Mutex::new(call.from) };
        self.0.entry(key.clone()).and_modify(|latest| latest.note(call)).or_insert_with(first);
    }

    fn latest(&self, key: &AccessKeyId) -> Option<Call> {
        self.0.get(key).map(|latest| latest.call())
    }

    /// What is noted, in the order of the IDs: two nodes that write the same keys wait for each other in one direction.
    fn noted(&self) -> Vec<(AccessKeyId, Call)> {
        let mut noted: Vec<_> = self.0.iter().map(|entry| (entry.key().clone(), entry.value().call())).collect();
        noted.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        noted
    }

    /// Forgets what has been written. A key that was used meanwhile stays noted.
    fn forget(&self, written: &[(AccessKeyId, Call)]) {
        for (key, call) in written {
            self.0.remove_if(key, |_, latest| latest.call().at <= call.at);
        }
    }
}

impl Engine {
    /// Notes an accepted call: the first of a key at once, so that the console sees it; later ones with the next
    /// flush, so that a call costs no write. A first one that cannot be written at once is written with the flush as
    /// well: the call stands in any case.
    pub(super) async fn count_use(&self, key: &KeyRecord, address: IpAddr) {
        let call = Call { at: self.now(), from: address };
        let is_written = key.first_used.is_some() || Box::pin(self.write_first_use_or_warn(key, call)).await;
        if !is_written || self.settings().record_last_use {
            self.uses().note(&key.id, call);
        }
    }

    /// Whether it could be written in time.
    async fn write_first_use_or_warn(&self, key: &KeyRecord, first: Call) -> bool {
        let key_id = &key.id;
        match timeout(WRITTEN_WITHIN, self.write_first_use(key, first)).await {
            Ok(Ok(())) => return true,
            Ok(Err(VerifyError::Storage(StorageError::ReadOnly))) => {}
            Ok(Err(error)) => {
                tracing::warn!(key = %key_id, error = &error as &dyn std::error::Error, "a first use was not written at once");
            }
            Err(_) => tracing::warn!(key = %key_id, "a first use was not written in time"),
        }
        false
    }

    async fn write_first_use(&self, key: &KeyRecord, first: Call) -> Result<(), VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        access_keys::record_first_use(&mut change, &key.id, &first.into()).await?;
        change.commit().await.map_err(StorageError::from)?;
        self.directory().note_first_use(&key.id, first.into());
        Ok(())
    }

    /// Writes the noted uses, many in one transaction. What could not be written stays noted.
    pub(crate) async fn flush_uses(&self) -> Result<(), StorageError> {
        for some in self.uses().noted().chunks(WRITTEN_AT_A_TIME) {
            let mut change = self.begin().await?;
            for (key, call) in some {
                access_keys::record_last_use(&mut change, key, &(*call).into()).await?;
            }
            change.commit().await?;
            self.uses().forget(some);
        }
        Ok(())
    }

    /// Writes the noted use of one key.
    pub(crate) async fn flush_use_or_warn(&self, connection: &mut AnyConnection, key: &AccessKeyId) {
        let Some(call) = self.uses().latest(key) else { return };
        match access_keys::record_last_use(connection, key, &call.into()).await {
            Ok(()) => self.uses().forget(&[(key.clone(), call)]),
            Err(StorageError::ReadOnly) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the last use of a key could not be written yet"
                );
            }
        }
    }

    /// A key with its latest use, should that not be in the database yet; without, if last uses are not recorded: one
    /// that the database holds is from before.
    pub(crate) fn with_latest_use(&self, mut key: KeyRecord) -> KeyRecord {
        if !self.settings().record_last_use {
            key.last_used = None;
            return key;
        }
        let written = key.last_used.as_ref().map(|last| last.at);
        if let Some(call) = self.uses().latest(&key.id).filter(|call| written < Some(call.at)) {
            key.last_used = Some(call.into());
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::access_key::Kind;
    use sqlx::Executor;

    use super::*;
    use crate::{
        Settings,
        testing::{ADDRESS, NOW, Node},
    };

    fn key(number: usize) -> AccessKeyId {
        format!("ak_{number:012}").parse().unwrap()
    }

    fn call(at: i64, from: u8) -> Call {
        Call { at: Timestamp(at), from: IpAddr::from([203, 0, 113, from]) }
    }

    #[test]
    fn a_call_that_is_no_later_replaces_none() {
        let uses = UseRecorder::default();
        for next in [call(2, 1), call(2, 2), call(1, 3)] {
            uses.note(&key(1), next);
        }
        assert_eq!(uses.noted(), [(key(1), call(2, 1))]);
        uses.note(&key(1), call(3, 4));
        assert_eq!(uses.noted(), [(key(1), call(3, 4))]);
    }

    #[test]
    fn what_is_used_while_it_is_written_stays_noted_and_the_rest_is_forgotten() {
        let uses = UseRecorder::default();
        uses.note(&key(2), call(1, 1));
        uses.note(&key(1), call(1, 1));
        let written = uses.noted();
        assert_eq!(written, [(key(1), call(1, 1)), (key(2), call(1, 1))]);
        uses.note(&key(2), call(2, 2));
        uses.note(&key(3), call(2, 2));
        uses.forget(&written);
        assert_eq!(uses.noted(), [(key(2), call(2, 2)), (key(3), call(2, 2))]);
    }

    #[tokio::test]
    async fn a_flush_that_fails_loses_nothing() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let (one, two) = (node.create(&ana, Kind::ApiKey, None).await, node.create(&ana, Kind::ApiKey, None).await);
        let engine = &node.engine;
        for (moment, created) in [(2, &one), (3, &two)] {
            let at = NOW * 1000 + moment;
            engine.uses().note(&created.key.id, Call { at: Timestamp(at), from: ADDRESS });
        }
        let run = async |statement: &'static str| {
            engine.writer().await.unwrap().execute(statement).await.unwrap();
        };
        run("CREATE TRIGGER broken BEFORE UPDATE ON access_keys WHEN new.last_used_at % 10 = 3 \
             BEGIN SELECT RAISE(ABORT, 'as the test wants it'); END")
        .await;
        engine.flush_uses().await.unwrap_err();
        let noted = engine.uses().noted();
        assert_eq!(noted.len(), 2, "both belong to one transaction");
        run("DROP TRIGGER broken").await;
        engine.flush_uses().await.unwrap();
        assert_eq!(engine.uses().noted(), []);
        for (key, call) in noted {
            let written = engine.access_key(&ana, &key).await.unwrap().key.last_used;
            assert_eq!(written, Some(call.into()));
        }
    }

    #[tokio::test]
    async fn with_last_uses_off_the_first_is_recorded_and_no_other() {
        let node = Node::start_with(|settings| Settings { record_last_use: false, ..settings }).await;
        let (_, ana) = node.administrator().await;
        let created = node.create(&ana, Kind::ApiKey, None).await;
        let secret = created.secret.as_ref().unwrap().expose();
        let first = Use { at: node.engine.now(), from: ADDRESS.to_string() };
        for _ in 0..2 {
            node.engine.verify_api_key(secret, ADDRESS).await.unwrap();
            assert_eq!(node.engine.uses().noted(), [], "not even in memory");
            let key = node.engine.access_key(&ana, &created.key.id).await.unwrap().key;
            assert_eq!((key.first_used.as_ref(), key.last_used), (Some(&first), None));
            node.advance(Duration::from_secs(1));
        }
    }
}
