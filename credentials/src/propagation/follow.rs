use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use sqlx::{AnyConnection, Connection, postgres::PgListener};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{ASKED_EVERY, Beat, Change, ChangeNumber, Node, Place, WAITED_LONGER};
use crate::{
    Engine, StorageError,
    access_keys::State,
    engine::WeakEngine,
    signing::SigningKeysError,
    storage::{access_keys, dialect::nodes, revoked_tokens},
};

/// How many changes are read at once.
const READ_AT_ONCE: i64 = 500;

/// How long the database may take to answer a node: one that it has not answered tries again on another connection.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

impl Engine {
    /// Takes its place among the nodes, and follows what they change until it is closed or dropped.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub(crate) async fn join_the_nodes(&self) -> Result<(), StorageError> {
        let Some(node) = self.node() else { return Ok(()) };
        let mut connection = self.connect_apart().await?;
        // In this order: what is read from now on is as current as this, and what is later is announced.
        node.set_applied(nodes::latest_mark(&mut connection).await?);
        self.directory().read_revoked_tokens(self.storage()).await?;
        while self.ask(&mut connection).await? == News::Some {}
        tokio::spawn(follow(self.downgrade(), connection));
        tokio::spawn(listen(self.downgrade(), self.settings().database.clone(), node.wake.clone()));
        Ok(())
    }

    /// Leaves the nodes: this one judges nothing any more, and nobody waits for it.
    pub(crate) async fn leave_the_nodes(&self) {
        let Some(node) = self.node() else { return };
        node.has_left.store(true, Ordering::Release);
        // It must not tell afterwards that it lives.
        *node.place.lock().await = Place::Left;
        let leaving = async { nodes::leave(&mut *self.writer().await?, &node.id).await };
        if let Err(error) = leaving.await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the node could not sign off");
        }
    }

    async fn connect_apart(&self) -> Result<AnyConnection, StorageError> {
        Ok(AnyConnection::connect(&self.settings().database).await?)
    }

    /// A connection in place of one that was lost. Behind it may be another database: a replica that was promoted, and had not
    /// heard of all that this node has.
    async fn connect_again(&self, node: &Node) -> Result<AnyConnection, StorageError> {
        let mut connection = self.connect_apart().await?;
        let mark = node.mark();
        if nodes::mark(&mut connection, mark.number).await? != mark {
            self.begin_anew(&mut connection, node).await?;
        }
        Ok(connection)
    }

    /// Tells the others how far this node has come, and brings in some of what it has missed. Once it has all that there was,
    /// it is proven current, as of the moment before it asked.
    async fn ask(&self, connection: &mut AnyConnection) -> Result<News, StorageError> {
        let Some(node) = self.node() else { return Ok(News::None) };
        let asked = Instant::now();
        let lives_for = node.settings.max_staleness + WAITED_LONGER;
        let applied = node.mark().number;
        let Beat { latest, living } =
            nodes::beat(connection, &node.id, &node.settings.name, applied, lives_for).await?;
        node.living.store(living, Ordering::Relaxed);
        if latest != applied {
            self.bring_in(connection, node).await?;
        }
        let behind = latest.0 - node.mark().number.0;
        node.behind.store(behind.max(0), Ordering::Relaxed);
        if behind <= 0 {
            node.freshness.prove(asked);
        }
        Ok(if latest == applied { News::None } else { News::Some })
    }

    /// Forgets what is in memory, and goes by what the database holds now.
    async fn begin_anew(&self, connection: &mut AnyConnection, node: &Node) -> Result<(), StorageError> {
        tracing::info!("changes were missed: all keys are read anew");
        let latest = nodes::latest_mark(connection).await?;
        self.directory().empty();
        self.directory().read_revoked_tokens(self.storage()).await?;
        self.take_over_signing_keys(connection).await.map_err(unreadable)?;
        node.set_applied(latest);
        Ok(())
    }

    /// Brings in some of what was changed since the last time.
    async fn bring_in(&self, connection: &mut AnyConnection, node: &Node) -> Result<(), StorageError> {
        let applied = node.mark().number;
        let changes = nodes::changes_after(connection, applied, READ_AT_ONCE).await?;
        let Some(last) = changes.last().map(Change::mark).filter(|_| follows(applied, &changes)) else {
            return self.begin_anew(connection, node).await;
        };
        let mut keys = BTreeSet::new();
        for change in changes {
            match change {
                Change::Key(_, id) => {
                    keys.insert(id);
                }
                Change::SigningKeys(_) => self.take_over_signing_keys(connection).await.map_err(unreadable)?,
                Change::Token(_, id) => {
                    if let Some(ends_at) = revoked_tokens::end_of(connection, &id).await? {
                        self.directory().revoked_tokens().note(id, ends_at);
                    }
                }
            }
        }
        for id in keys {
            match access_keys::by_id(connection, &id).await {
                Ok(Some(key)) => {
                    let is_active = key.state == State::Active;
                    self.directory().note(Arc::new(key));
                    if !is_active {
                        // Before anybody is told: so that they hear of the last call that was accepted anywhere.
                        self.flush_use_or_warn(connection, &id).await;
                    }
                }
                Ok(None) => self.directory().forget(&[id]),
                Err(StorageError::Corrupt(_)) => self.directory().doubt(&id),
                Err(error) => return Err(error),
            }
        }
        node.set_applied(last);
        Ok(())
    }
}

/// A node with another sealing key goes by no announced signing keys, and so is never current again.
fn unreadable(error: SigningKeysError) -> StorageError {
    match error {
        SigningKeysError::Storage(error) => error,
        SigningKeysError::NotMade | SigningKeysError::WrongSealingKey => StorageError::Corrupt("signing key"),
    }
}

/// Whether there was anything new, which the others are to be told that this node goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Some,
}

/// Whether changes are all that came after one.
fn follows(applied: ChangeNumber, changes: &[Change]) -> bool {
    changes.first().is_some_and(|first| first.mark().number.0 == applied.0 + 1)
}

/// Asks for changes now and then, and whenever something was heard.
async fn follow(engine: WeakEngine, connection: AnyConnection) {
    let mut connection = Some(connection);
    let mut was_current = true;
    loop {
        let Some(engine) = engine.upgrade() else { return };
        let Some(node) = engine.node() else { return };
        let wake = node.wake.clone();
        let place = node.place.lock().await;
        if *place == Place::Left {
            return;
        }
        let asked = timeout(ANSWERED_WITHIN, async {
            let mut open = match connection.take() {
                Some(open) => open,
                None => engine.connect_again(node).await?,
            };
            let news = engine.ask(&mut open).await?;
            Ok::<_, StorageError>((open, news))
        });
        let mut news = News::None;
        match asked.await {
            Ok(Ok((open, heard))) => {
                connection = Some(open);
                news = heard;
            }
            // What is left of the connection is dropped: the next one begins anew.
            Ok(Err(error)) => tracing::debug!(error = &error as &dyn std::error::Error, "the node could not ask"),
            Err(_) => tracing::debug!("the database has not answered in time"),
        }
        was_current = tell_if_other(was_current, engine.is_current());
        drop(place);
        drop(engine);
        if news == News::Some {
            continue;
        }
        tokio::select! {
            () = sleep(ASKED_EVERY) => {}
            () = wake.notified() => {}
        }
    }
}

/// One line when the node falls out of touch, and one when it is back.
fn tell_if_other(was_current: bool, is_current: bool) -> bool {
    match (was_current, is_current) {
        (true, false) => tracing::error!("out of touch with the database for too long: credentials are not judged"),
        (false, true) => tracing::info!("in touch with the database again: credentials are judged"),
        _ => {}
    }
    is_current
}

/// Wakes the node whenever a change is announced, and after each loss of the connection, in which announcements are lost.
async fn listen(engine: WeakEngine, database: String, wake: Arc<Notify>) {
    loop {
        if let Ok(mut listener) = PgListener::connect(&database).await
            && listener.listen(nodes::CHANNEL).await.is_ok()
        {
            wake.notify_one();
            while listener.try_recv().await.is_ok() {
                if !engine.is_there() {
                    return;
                }
                wake.notify_one();
            }
        }
        if !engine.is_there() {
            return;
        }
        sleep(ASKED_EVERY).await;
    }
}
