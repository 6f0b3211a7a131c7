use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};

use sqlx::{Any, AnyConnection, pool::PoolConnection};
use tracing::Span;

use crate::write_gate::{RefusalWatch, WriteGate};

/// A connection to the database, from the pool and back to it.
pub struct Connection {
    pooled: PoolConnection<Any>,
    _refusals: RefusalWatch,
    /// Ends with the use of the connection.
    _span: Span,
}

/// A transaction. Dropped without a commit it changes nothing.
pub struct Transaction {
    begun: sqlx::Transaction<'static, Any>,
    _refusals: RefusalWatch,
    /// Ends with the transaction.
    _span: Span,
}

impl Connection {
    pub(super) fn new(connection: PoolConnection<Any>, gate: &Arc<WriteGate>, span: Span) -> Self {
        Self { pooled: connection, _refusals: RefusalWatch::new(gate.clone()), _span: span }
    }
}

impl Transaction {
    pub(super) fn new(transaction: sqlx::Transaction<'static, Any>, gate: &Arc<WriteGate>, span: Span) -> Self {
        Self { begun: transaction, _refusals: RefusalWatch::new(gate.clone()), _span: span }
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.begun.commit().await
    }
}

impl Deref for Connection {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.pooled
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.pooled
    }
}

impl Deref for Transaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.begun
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.begun
    }
}
