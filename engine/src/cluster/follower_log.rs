/// Logs the state of the follower when it changes.
pub(super) struct FollowerLog {
    is_current: bool,
    failure: Option<String>,
}

impl Default for FollowerLog {
    fn default() -> Self {
        Self { is_current: true, failure: None }
    }
}

impl FollowerLog {
    /// Logs one line for each new cause of a failed query, one when the node becomes stale, and one when it is current again.
    pub(super) fn log_if_changed(&mut self, is_current: bool, failure: Option<&str>) {
        if let Some(cause) = failure
            && self.failure.as_deref() != failure
        {
            tracing::warn!(cause, "the node could not ask the database");
        }
        match (self.is_current, is_current) {
            (true, false) => {
                let cause = failure.unwrap_or("it has answered too late");
                tracing::error!(cause, "out of touch with the database for too long: credentials are not verified");
            }
            (false, true) => tracing::info!("in touch with the database again: credentials are verified"),
            _ => {}
        }
        self.is_current = is_current;
        self.failure = failure.map(str::to_owned);
    }
}
