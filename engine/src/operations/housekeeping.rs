//! What is done at intervals while the server runs.

use std::{future::Future, time::Duration};

use latchkey_store::{StorageError, dialect::nodes, revoked_tokens, used_assertions};

use crate::{Engine, cluster::ANNOUNCEMENT_LIFETIME, people::purge_expired_sessions, time::KEPT_AFTER_EXPIRY};

/// Runs until `shutdown` resolves. Reads all keys into memory; writes last uses every two seconds; every minute frees memory of
/// rate limits, logs what was omitted from the log, and renews signing keys; every ten minutes purges what has expired.
pub async fn run(engine: &Engine, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut flush = tokio::time::interval(Duration::from_secs(2));
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    let mut purge = tokio::time::interval(Duration::from_mins(10));
    loop {
        tokio::select! {
            () = &mut shutdown => return,
            _ = flush.tick() => engine.usage.flush_or_warn().await,
            _ = minute.tick() => {
                fill_cache_or_warn(engine).await;
                engine.people.purge_throttle();
                engine.verification.purge_rate_limits();
                engine.oauth.purge_rate_limits();
                engine.refusal_log.log_omitted();
                engine.signing_keys.renew_or_warn().await;
            }
            _ = purge.tick() => purge_or_warn(engine).await,
        }
    }
}

async fn fill_cache_or_warn(engine: &Engine) {
    if let Err(error) = engine.key_cache.fill().await {
        tracing::warn!(error = &error as &dyn std::error::Error, "the keys could not be read into memory yet");
    }
}

async fn purge_or_warn(engine: &Engine) {
    if let Err(error) = purge_expired(engine).await
        && !error.is_read_only()
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "what has expired could not be removed");
    }
}

/// Deletes what has expired: sessions, links, devices, records of revoked tokens and used assertions, announced changes, and keys
/// that can no longer be restored.
///
/// # Errors
/// [`StorageError`] if the database does not answer; nothing is deleted then.
pub async fn purge_expired(engine: &Engine) -> Result<(), StorageError> {
    let now = engine.now();
    let needed_nowhere = now.minus(KEPT_AFTER_EXPIRY);
    let mut change = engine.store.begin().await?;
    purge_expired_sessions(&mut change, now).await?;
    revoked_tokens::delete_ended(&mut change, needed_nowhere).await?;
    used_assertions::delete_ended(&mut change, needed_nowhere).await?;
    nodes::purge_older_than(&mut change, ANNOUNCEMENT_LIFETIME).await?;
    let purged = engine.keys.purge(&mut change).await?;
    change.commit().await?;
    engine.key_cache.remove(&purged);
    engine.key_cache.revoked_tokens().purge(needed_nowhere);
    Ok(())
}
