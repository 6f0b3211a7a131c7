use latchkey_model::{id::OrganizationId, timestamp::Timestamp};
use sqlx::AnyConnection;

use crate::statement::Statement;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// How changes share commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSize {
    /// How many transactions may run at a time.
    pub groups_at_a_time: usize,
    /// How many changes one transaction may have.
    pub largest: usize,
}

impl Dialect {
    /// Returns its name in OpenTelemetry.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }

    /// Returns the database that a connection leads to.
    #[must_use]
    pub fn of_connection(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Sqlite } else { Self::Postgres }
    }

    /// Appends, before other conditions, the times between which pairs of a time and an ID lie. The pairs imply it, but without
    /// it PostgreSQL's planner takes the few keys between two pairs for many.
    pub(crate) fn push_time_range(self, statement: Statement, from: Option<Timestamp>, until: Timestamp) -> Statement {
        match self {
            Self::Sqlite => statement,
            Self::Postgres => statement
                .push("created_at >= ")
                .value(until.0)
                .maybe(from, |statement, from| statement.push(" AND created_at <= ").value(from.0))
                .push(" AND "),
        }
    }

    /// Appends the query that finds, by the text index, the IDs of keys whose names contain a text of three characters or more.
    /// It may find too many.
    pub(crate) fn find_names(self, statement: Statement, organization: &OrganizationId, folded: &str) -> Statement {
        match self {
            Self::Sqlite => statement
                .push("SELECT id FROM access_key_trigrams JOIN access_key_names ON number = access_key_trigrams.rowid ")
                .push("WHERE access_key_trigrams MATCH ")
                .value(&*format!("\"{}\"", folded.replace('"', "\"\""))),
            Self::Postgres => statement
                .push("SELECT id FROM access_keys WHERE access_key_trigrams(organization_id, name_folded) ")
                .push("@> access_key_trigrams(")
                .value(organization.as_str())
                .push(", ")
                .value(folded)
                .push(")"),
        }
    }

    /// Returns the statement that begins a writing transaction. IMMEDIATE takes SQLite's write lock at once instead of failing in
    /// the middle of the transaction.
    pub(crate) fn begin_to_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Returns how changes share commits. SQLite has one writer, so each change would wait for the commits of those before it.
    /// PostgreSQL commits transactions side by side; there, one that waits for another node's lock must not delay those of other
    /// organizations, and some connections of the pool are left to others.
    #[must_use]
    pub fn group_size(self) -> GroupSize {
        match self {
            Self::Sqlite => GroupSize { groups_at_a_time: 1, largest: 64 },
            Self::Postgres => GroupSize { groups_at_a_time: 16, largest: 1 },
        }
    }

    /// Returns the statement that keeps others from changing a table until the transaction ends; they can still read it. SQLite
    /// has one writer and needs none.
    pub(crate) fn lock_table(self, table: LockedTable) -> Option<&'static str> {
        match (self, table) {
            (Self::Sqlite, _) => None,
            (Self::Postgres, LockedTable::SigningKeys) => Some("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"),
            (Self::Postgres, LockedTable::Organizations) => {
                Some("LOCK TABLE organizations IN SHARE ROW EXCLUSIVE MODE")
            }
        }
    }

    /// Returns the statement that locks an organization until the transaction ends. SQLite has one writer, which is locked from
    /// the beginning of the transaction.
    pub(crate) fn lock_organization(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE"),
        }
    }

    /// Returns the collation that orders texts by their bytes, as SQLite does, whatever the language of the database.
    pub(crate) fn byte_collation(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " COLLATE \"C\"",
        }
    }

    /// Returns the statement that begins a transaction which reads one snapshot.
    pub(crate) fn begin_to_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// A table that one node at a time may change.
#[derive(Debug, Clone, Copy)]
pub enum LockedTable {
    /// `signing_keys`.
    SigningKeys,
    /// `organizations`.
    Organizations,
}
