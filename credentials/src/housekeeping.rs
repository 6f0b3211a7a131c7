use std::{future::Future, time::Duration};

use crate::{Engine, signing::SigningKeysError};

impl Engine {
    /// Runs what must be done now and then, until `shutdown` resolves: reads all keys into memory; writes last uses every
    /// two seconds; every minute forgets who has not tried for one, tells what
    /// was left out of the log, and renews signing keys; every ten removes what has ended.
    pub async fn run_housekeeping(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = std::pin::pin!(shutdown);
        let mut flush = tokio::time::interval(Duration::from_secs(2));
        let mut minute = tokio::time::interval(Duration::from_mins(1));
        let mut clean = tokio::time::interval(Duration::from_mins(10));
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                _ = flush.tick() => self.flush_uses_or_warn().await,
                _ = minute.tick() => {
                    self.fill_directory_or_warn().await;
                    self.throttle().forget_the_quiet();
                    self.log_refusals_left_out();
                    self.renew_signing_keys_or_warn().await;
                }
                _ = clean.tick() => self.clean_or_warn().await,
            }
        }
    }

    async fn fill_directory_or_warn(&self) {
        if let Err(error) = self.fill_directory().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the keys could not be read into memory yet");
        }
    }

    pub(crate) async fn flush_uses_or_warn(&self) {
        if let Err(error) = self.flush_uses().await
            && !error.is_read_only()
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "last uses could not be written yet");
        }
    }

    async fn renew_signing_keys_or_warn(&self) {
        let mut renewed = self.renew_signing_keys().await;
        if renewed.as_ref().is_err_and(SigningKeysError::is_read_only) {
            // Another node may have made the next key before.
            renewed = self.read_signing_keys().await;
        }
        if let Err(error) = renewed {
            tracing::warn!(error = &error as &dyn std::error::Error, "the signing keys could not be renewed");
        }
    }

    async fn clean_or_warn(&self) {
        if let Err(error) = self.remove_what_has_ended().await
            && !error.is_read_only()
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "what has ended could not be removed");
        }
    }
}
