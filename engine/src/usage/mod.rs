//! When each key was first and last used, and from which address.

mod last_used_buffer;
mod write;

use std::{net::IpAddr, sync::Arc};

use latchkey_store::{Store, access_keys::AccessKeyRow};

use self::last_used_buffer::{Call, LastUsedBuffer};
use crate::{call_writes::CallWrites, key_cache::CachedKey, time::Clock};

/// Records the use of keys.
pub struct Usage {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    call_writes: Arc<CallWrites>,
    buffer: LastUsedBuffer,
    /// Whether a key's last use is recorded. The first use always is.
    records_last_use: bool,
}

impl Usage {
    pub(crate) fn new(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        call_writes: Arc<CallWrites>,
        records_last_use: bool,
    ) -> Self {
        Self { store, clock, call_writes, buffer: LastUsedBuffer::default(), records_last_use }
    }

    /// Returns the limit of the writes that calls cause.
    #[cfg(test)]
    pub(crate) fn call_writes(&self) -> &CallWrites {
        &self.call_writes
    }

    /// Records an accepted call. The first use of a key is written at once, so that the console shows it; later ones are written
    /// with the next flush, so that a call costs no write. A first use that cannot be written at once is flushed as well: the call
    /// is accepted in any case.
    pub(crate) async fn record(&self, key: &CachedKey, address: IpAddr) {
        let call = Call { at: self.clock.now(), from: address };
        let is_written = key.first_use_is_written() || Box::pin(self.write_first_use_or_warn(key, call)).await;
        if !is_written || self.records_last_use {
            self.buffer.record(&key.id, call);
        }
    }

    /// Returns a key with its latest use, if that is not in the database yet. Without one, if last uses are not recorded: one in
    /// the database is from before that was switched off.
    pub(crate) fn with_latest_use(&self, mut key: AccessKeyRow) -> AccessKeyRow {
        if !self.records_last_use {
            key.last_used = None;
            return key;
        }
        let written = key.last_used.as_ref().map(|last| last.at);
        if let Some(call) = self.buffer.latest(&key.id).filter(|call| written < Some(call.at)) {
            key.last_used = Some(call.into());
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use latchkey_model::{
        access_key::{Kind, Use},
        timestamp::Timestamp,
    };
    use sqlx::Executor;

    use super::*;
    use crate::{
        Settings,
        testing::{ADDRESS, NOW, Node},
    };

    #[tokio::test]
    async fn a_failed_flush_loses_nothing() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let (one, two) = (node.create(&ana, Kind::ApiKey, None).await, node.create(&ana, Kind::ApiKey, None).await);
        let engine = &node.engine;
        for (offset, created) in [(2, &one), (3, &two)] {
            let at = NOW * 1000 + offset;
            engine.usage.buffer.record(&created.key.id, Call { at: Timestamp(at), from: ADDRESS });
        }
        let run = async |statement: &'static str| {
            engine.usage.store.writer().await.unwrap().execute(statement).await.unwrap();
        };
        run("CREATE TRIGGER broken BEFORE UPDATE ON access_keys WHEN new.last_used_at % 10 = 3 \
             BEGIN SELECT RAISE(ABORT, 'as the test wants it'); END")
        .await;
        engine.usage.flush().await.unwrap_err();
        let entries = engine.usage.buffer.entries();
        assert_eq!(entries.len(), 2, "both belong to one transaction");
        run("DROP TRIGGER broken").await;
        engine.usage.flush().await.unwrap();
        assert_eq!(engine.usage.buffer.entries(), []);
        for (key, call) in entries {
            let written = engine.keys.get(&ana, &key).await.unwrap().key.last_used;
            assert_eq!(written, Some(call.into()));
        }
    }

    #[tokio::test]
    async fn with_last_uses_disabled_only_the_first_use_is_recorded() {
        let node = Node::start_with(|settings| Settings { record_last_use: false, ..settings }).await;
        let (_, ana) = node.administrator().await;
        let created = node.create(&ana, Kind::ApiKey, None).await;
        let secret = created.secret.as_ref().unwrap().expose();
        let first = Use { at: node.now(), from: ADDRESS.to_string() };
        for _ in 0..2 {
            node.engine.verification.verify_api_key(secret, ADDRESS).await.unwrap();
            assert_eq!(node.engine.usage.buffer.entries(), [], "not even in memory");
            let key = node.engine.keys.get(&ana, &created.key.id).await.unwrap().key;
            assert_eq!((key.first_used.as_ref(), key.last_used), (Some(&first), None));
            node.advance(Duration::from_secs(1));
        }
    }
}
