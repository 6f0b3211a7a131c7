use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use latchkey_store::{
    StorageError,
    cluster::{Change, ChangeNumber, Heartbeat},
    dialect::{nodes, readers},
};
use sqlx::{AnyConnection, Connection, postgres::PgListener};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{
    Cluster,
    follower_log::FollowerLog,
    link::{Link, PollResult},
    membership::{Membership, MembershipState},
    reader_watch::Look,
    timing::{GRACE_PERIOD, MINIMUM_LOCK_AGE, POLL_INTERVAL},
};

/// How many changes are read at once.
const BATCH: i64 = 500;

/// How long the database may take to answer a poll. After that the node tries another connection.
const POLL_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a start waits until the node may verify credentials, which takes some time while the database is read-only.
const JOIN_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a start polls while it waits.
const JOIN_POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Cluster {
    /// Joins the nodes and follows their changes until the cluster is closed or dropped. On a standby it does so as well, and the
    /// node verifies nothing until the standby is promoted.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub(crate) async fn join(self: &Arc<Self>) -> Result<(), StorageError> {
        let Some(node) = &self.membership else { return Ok(()) };
        let mut connection = self.connect().await?;
        // In this order: what is read from now on is as current as this position, and later changes are announced.
        node.set_applied(nodes::latest_position(&mut connection).await?);
        self.reset_listeners(&mut connection).await?;
        let mut link = Link::Writing(connection);
        let begin = Instant::now();
        loop {
            match self.poll(node, &mut link).await {
                Ok(PollResult::Changed) => {}
                Ok(PollResult::Unchanged) if node.is_current() || begin.elapsed() > JOIN_TIMEOUT => break,
                Ok(PollResult::Unchanged) => sleep(JOIN_POLL_INTERVAL).await,
                Err(error @ StorageError::Standby) => {
                    self.store.set_last_failure(Some(error.to_string()));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        tokio::spawn(follow(Arc::downgrade(self), link));
        tokio::spawn(listen(Arc::downgrade(self), self.database_url.clone(), node.wake.clone()));
        Ok(())
    }

    /// Leaves the nodes: this one no longer verifies credentials, and the others do not wait for it.
    pub(crate) async fn leave(&self) {
        let Some(node) = &self.membership else { return };
        node.stop_judging();
        // No heartbeat may follow.
        *node.state.lock().await = MembershipState::Left;
        let leaving = async { nodes::leave(&mut *self.store.writer().await?, &node.id).await };
        if let Err(error) = leaving.await
            && !error.is_read_only()
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the node could not sign off");
        }
    }

    async fn connect(&self) -> Result<AnyConnection, StorageError> {
        Ok(AnyConnection::connect(&self.database_url).await?)
    }

    /// Connects again. Behind the new connection may be another database: a promoted replica that lacks changes which this node has
    /// applied. A standby is refused, because it may be behind this node.
    pub(super) async fn reconnect(&self, node: &Membership) -> Result<AnyConnection, StorageError> {
        let mut connection = self.connect().await?;
        if let Err(error) = nodes::require_primary(&mut connection).await {
            if matches!(error, StorageError::Standby) {
                self.store.gate().close();
            }
            return Err(error);
        }
        let applied = node.applied();
        if nodes::position(&mut connection, applied.number).await? != applied {
            self.start_over(&mut connection, node).await?;
        }
        Ok(connection)
    }

    /// Asks for changes once, and stores how to ask the next time.
    async fn poll(&self, node: &Membership, link: &mut Link) -> Result<PollResult, StorageError> {
        if matches!(link, Link::Reading(_)) {
            return self.poll_by_reading(node, link).await;
        }
        let mut connection = if let Link::Writing(connection) = mem::replace(link, Link::Lost) {
            connection
        } else {
            let connection = self.reconnect(node).await?;
            // The connections of requests may lead to the server that was lost.
            self.store.gate().drop_earlier_connections();
            connection
        };
        match self.send_heartbeat(node, &mut connection).await {
            Ok(result) => {
                *link = Link::Writing(connection);
                if let Err(error) = self.store.check_gate().await {
                    // The next poll checks again.
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "it is not known whether changes are possible"
                    );
                }
                Ok(result)
            }
            Err(error) if error.refuses_writes() => {
                *link = self.begin_reading(node, connection, &error).await?;
                Ok(PollResult::Unchanged)
            }
            Err(error) => Err(error),
        }
    }

    /// Reports how far this node has come, and applies some of the changes that it lacks. Once it has applied all, it is proven
    /// current as of the time before the query.
    pub(super) async fn send_heartbeat(
        &self,
        node: &Membership,
        connection: &mut AnyConnection,
    ) -> Result<PollResult, StorageError> {
        let asked = Instant::now();
        let applied = node.applied().number;
        let heartbeat = Heartbeat {
            id: &node.id,
            name: &node.settings.name,
            applied,
            lives_for: node.settings.max_staleness + GRACE_PERIOD,
            has_clear_view: node.reader_watch().is_clear(asked),
            view_is_recent_for: MINIMUM_LOCK_AGE,
        };
        let reply = nodes::heartbeat(connection, heartbeat).await?;
        let readers = if reply.readers > 0 { readers::all(connection).await? } else { Vec::new() };
        let ended = Instant::now();
        let others_have_clear_view = reply.others_have_clear_view;
        let look = Look { began: asked, ended, readers: &readers, others_have_clear_view };
        node.reader_watch().record(&look, node.tag);
        node.set_live_nodes(reply.live_nodes);
        if reply.latest != applied {
            self.apply_changes(connection, node).await?;
        }
        if node.is_up_to(reply.latest) {
            node.freshness.prove(asked);
        }
        Ok(if reply.latest == applied { PollResult::Unchanged } else { PollResult::Changed })
    }

    /// Discards what is in memory and continues from the latest change.
    async fn start_over(&self, connection: &mut AnyConnection, node: &Membership) -> Result<(), StorageError> {
        tracing::info!("changes were missed: all keys are read again");
        let latest = nodes::latest_position(connection).await?;
        // What is looked up from now on must come from the server that this connection leads to.
        self.store.gate().drop_earlier_connections();
        self.reset_listeners(connection).await?;
        node.set_applied(latest);
        Ok(())
    }

    async fn reset_listeners(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        for listener in self.listeners() {
            listener.changes_missed(connection).await?;
        }
        Ok(())
    }

    /// Applies some of the changes made since the last time.
    pub(super) async fn apply_changes(
        &self,
        connection: &mut AnyConnection,
        node: &Membership,
    ) -> Result<(), StorageError> {
        let applied = node.applied().number;
        let changes = nodes::changes_after(connection, applied, BATCH).await?;
        let Some(last) = changes.last().map(Change::position).filter(|_| follows(applied, &changes)) else {
            return self.start_over(connection, node).await;
        };
        let mut keys = BTreeSet::new();
        for change in &changes {
            match change {
                // A key that was changed several times is read once.
                Change::Key(_, id) => drop(keys.insert(id)),
                Change::Token(_, id) => {
                    for listener in self.listeners() {
                        listener.token_revoked(connection, id).await?;
                    }
                }
                Change::SigningKeys(_) => {
                    for listener in self.listeners() {
                        listener.signing_keys_replaced(connection).await?;
                    }
                }
            }
        }
        for id in keys {
            for listener in self.listeners() {
                listener.key_changed(connection, id).await?;
            }
        }
        node.set_applied(last);
        Ok(())
    }
}

/// Returns whether the first of some changes is the one right after another.
fn follows(applied: ChangeNumber, changes: &[Change]) -> bool {
    changes.first().is_some_and(|first| first.position().number.0 == applied.0 + 1)
}

/// Polls at intervals, and whenever a notification came.
async fn follow(cluster: Weak<Cluster>, mut link: Link) {
    let mut log = FollowerLog::default();
    loop {
        let Some(cluster) = cluster.upgrade() else { return };
        let Some(node) = &cluster.membership else { return };
        let wake = node.wake.clone();
        let state = node.state.lock().await;
        if *state == MembershipState::Left {
            return;
        }
        let polled = timeout(POLL_TIMEOUT, cluster.poll(node, &mut link)).await;
        let (result, failure) = match polled {
            Ok(Ok(result)) => (result, None),
            // The rest of the connection is dropped; the next poll connects again.
            Ok(Err(error)) => (PollResult::Unchanged, Some(error.to_string())),
            Err(_) => (PollResult::Unchanged, Some(format!("it has not answered within {} s", POLL_TIMEOUT.as_secs()))),
        };
        log.log_if_changed(node.is_current(), failure.as_deref());
        cluster.store.set_last_failure(failure);
        drop(state);
        drop(cluster);
        if result == PollResult::Changed {
            continue;
        }
        tokio::select! {
            () = sleep(POLL_INTERVAL) => {}
            () = wake.notified() => {}
        }
    }
}

/// Wakes the node whenever a change is announced, and after each loss of the connection, during which announcements are lost.
async fn listen(cluster: Weak<Cluster>, database_url: String, wake: Arc<Notify>) {
    loop {
        if let Ok(mut listener) = PgListener::connect(&database_url).await
            && listener.listen(nodes::CHANNEL).await.is_ok()
        {
            wake.notify_one();
            while listener.try_recv().await.is_ok() {
                if cluster.strong_count() == 0 {
                    return;
                }
                wake.notify_one();
            }
        }
        if cluster.strong_count() == 0 {
            return;
        }
        sleep(POLL_INTERVAL).await;
    }
}
