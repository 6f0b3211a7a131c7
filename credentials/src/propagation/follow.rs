use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use sqlx::{AnyConnection, Connection, postgres::PgListener};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

use super::{
    ASKED_EVERY, Change, ChangeNumber, Node, Place, WAITED_LONGER, logged::Logged, reading::Reader, watch::Look,
};
use crate::{
    Engine, StorageError,
    access_keys::State,
    engine::WeakEngine,
    signing::SigningKeysError,
    storage::{
        access_keys,
        dialect::{
            nodes::{self, Told},
            readers,
        },
        revoked_tokens,
    },
};

/// How many changes are read at once.
const READ_AT_ONCE: i64 = 500;

/// How long the database may take to answer a node: one that it has not answered tries again on another connection.
const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

/// How long a start waits until the node may judge: while the database takes no changes, that takes a moment.
const JOINED_WITHIN: Duration = Duration::from_secs(2);

/// How often a start asks meanwhile.
const JOINING_ASKS_EVERY: Duration = Duration::from_millis(100);

/// By what the node asks.
pub(super) enum Link {
    /// By nothing: the next time it connects.
    Lost,
    /// By a session in which it tells that it lives.
    Writing(AnyConnection),
    /// By fresh connections, while the database takes no changes.
    Reading(Box<Reader>),
}

impl Engine {
    /// Takes its place among the nodes, and follows what they change until it is closed or dropped. On a standby it does so as well,
    /// and judges nothing until that is promoted.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub(crate) async fn join_the_nodes(&self) -> Result<(), StorageError> {
        let Some(node) = self.node() else { return Ok(()) };
        let mut connection = self.connect_apart().await?;
        // In this order: what is read from now on is as current as this, and what is later is announced.
        node.set_applied(nodes::latest_mark(&mut connection).await?);
        self.directory().read_revoked_tokens(&mut connection).await?;
        let mut link = Link::Writing(connection);
        let begin = Instant::now();
        loop {
            match self.ask(node, &mut link).await {
                Ok(News::Some) => {}
                Ok(News::None) if node.is_current() || begin.elapsed() > JOINED_WITHIN => break,
                Ok(News::None) => sleep(JOINING_ASKS_EVERY).await,
                Err(error @ StorageError::Standby) => {
                    self.storage().note_trouble(Some(error.to_string()));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        tokio::spawn(follow(self.downgrade(), link));
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
        if let Err(error) = leaving.await
            && !error.is_read_only()
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "the node could not sign off");
        }
    }

    async fn connect_apart(&self) -> Result<AnyConnection, StorageError> {
        Ok(AnyConnection::connect(&self.settings().database).await?)
    }

    /// Another connection. Behind it may be another database than before: a replica that was promoted, and had not heard of all that
    /// this node has. A standby is not asked at all: what it says may be older than what the node knows.
    pub(super) async fn connect_again(&self, node: &Node) -> Result<AnyConnection, StorageError> {
        let mut connection = self.connect_apart().await?;
        if let Err(error) = nodes::must_be_primary(&mut connection).await {
            if matches!(error, StorageError::Standby) {
                self.storage().gate().close();
            }
            return Err(error);
        }
        let mark = node.mark();
        if nodes::mark(&mut connection, mark.number).await? != mark {
            self.begin_anew(&mut connection, node).await?;
        }
        Ok(connection)
    }

    /// Asks once, by what it has, and notes by what it asks the next time.
    async fn ask(&self, node: &Node, link: &mut Link) -> Result<News, StorageError> {
        if matches!(link, Link::Reading(_)) {
            return self.ask_by_reading(node, link).await;
        }
        let mut connection = if let Link::Writing(connection) = mem::replace(link, Link::Lost) {
            connection
        } else {
            let connection = self.connect_again(node).await?;
            // Those of requests may lead where this one was lost.
            self.storage().gate().drop_earlier_connections();
            connection
        };
        match self.tell_and_ask(node, &mut connection).await {
            Ok(news) => {
                *link = Link::Writing(connection);
                if let Err(error) = self.storage().check_gate().await {
                    // It is looked at again the next time.
                    tracing::debug!(error = &error as &dyn std::error::Error, "whether changes are taken is not known");
                }
                Ok(news)
            }
            Err(error) if error.refuses_writes() => {
                *link = self.begin_to_read_alone(node, connection, &error).await?;
                Ok(News::None)
            }
            Err(error) => Err(error),
        }
    }

    /// Tells the others how far this node has come, and brings in some of what it has missed. Once it has all that there was,
    /// it is proven current, as of the moment before it asked.
    pub(super) async fn tell_and_ask(&self, node: &Node, connection: &mut AnyConnection) -> Result<News, StorageError> {
        let asked = Instant::now();
        let applied = node.mark().number;
        let told = Told {
            id: &node.id,
            name: &node.settings.name,
            applied,
            lives_for: node.settings.max_staleness + WAITED_LONGER,
            has_clear_view: node.watch().is_clear(asked),
        };
        let beat = nodes::beat(connection, told).await?;
        let readers = if beat.readers > 0 { readers::all(connection).await? } else { Vec::new() };
        let ended = Instant::now();
        let others_have_clear_view = beat.others_have_clear_view;
        node.watch().note(&Look { began: asked, ended, readers: &readers, others_have_clear_view }, node.tag);
        node.note_living(beat.living);
        if beat.latest != applied {
            self.bring_in(connection, node).await?;
        }
        if node.is_up_to(beat.latest) {
            node.freshness.prove(asked);
        }
        Ok(if beat.latest == applied { News::None } else { News::Some })
    }

    /// Forgets what is in memory, and goes by what the database holds now.
    async fn begin_anew(&self, connection: &mut AnyConnection, node: &Node) -> Result<(), StorageError> {
        tracing::info!("changes were missed: all keys are read anew");
        let latest = nodes::latest_mark(connection).await?;
        // What is looked up from now on must come from where this connection leads.
        self.storage().gate().drop_earlier_connections();
        self.directory().empty();
        self.directory().read_revoked_tokens(connection).await?;
        self.take_over_signing_keys(connection).await.map_err(unreadable)?;
        node.set_applied(latest);
        Ok(())
    }

    /// Brings in some of what was changed since the last time.
    pub(super) async fn bring_in(&self, connection: &mut AnyConnection, node: &Node) -> Result<(), StorageError> {
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
pub(super) enum News {
    None,
    Some,
}

/// Whether changes are all that came after one.
fn follows(applied: ChangeNumber, changes: &[Change]) -> bool {
    changes.first().is_some_and(|first| first.mark().number.0 == applied.0 + 1)
}

/// Asks for changes now and then, and whenever something was heard.
async fn follow(engine: WeakEngine, mut link: Link) {
    let mut logged = Logged::default();
    loop {
        let Some(engine) = engine.upgrade() else { return };
        let Some(node) = engine.node() else { return };
        let wake = node.wake.clone();
        let place = node.place.lock().await;
        if *place == Place::Left {
            return;
        }
        let asked = timeout(ANSWERED_WITHIN, engine.ask(node, &mut link)).await;
        let (news, trouble) = match asked {
            Ok(Ok(news)) => (news, None),
            // What is left of the connection is dropped: the next one begins anew.
            Ok(Err(error)) => (News::None, Some(error.to_string())),
            Err(_) => (News::None, Some(format!("it has not answered within {} s", ANSWERED_WITHIN.as_secs()))),
        };
        logged.tell_if_other(engine.is_current(), trouble.as_deref());
        engine.storage().note_trouble(trouble);
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
