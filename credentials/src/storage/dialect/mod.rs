//! All that SQLite and PostgreSQL do not share.

use std::path::Path;

use latchkey_model::{id::OrganizationId, timestamp::Timestamp};
use sqlx::AnyConnection;
use url::Url;

pub(crate) mod catalogue;
mod location;
pub(crate) mod nodes;
pub(crate) mod readers;
pub(crate) mod sqlite_file;

pub use location::{DatabaseUrlError, Location};

use super::statement::Statement;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// What is said to SQLite on each new connection. FULL: what was acknowledged survives a power cut.
pub(super) const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

/// How changes share commits.
pub(super) struct GroupSize {
    /// How many transactions are under way at a time.
    pub(super) groups_at_a_time: usize,
    /// How many changes are in one of them at the most.
    pub(super) largest: usize,
}

impl Dialect {
    /// What OpenTelemetry calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }

    /// Which database a connection leads to.
    pub(crate) fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Sqlite } else { Self::Postgres }
    }

    /// Adds, before other conditions, the moments between which pairs of a moment and an ID lie. The pairs say so as well,
    /// but PostgreSQL's planner would take the few keys between two of them for many.
    pub(super) fn push_moments(self, statement: Statement, from: Option<Timestamp>, until: Timestamp) -> Statement {
        match self {
            Self::Sqlite => statement,
            Self::Postgres => statement
                .push("created_at >= ")
                .value(until.0)
                .maybe(from, |statement, from| statement.push(" AND created_at <= ").value(from.0))
                .push(" AND "),
        }
    }

    /// Adds what finds, by the text index, the IDs of keys whose names hold a text of three characters or more. It may
    /// find too many.
    pub(super) fn find_names(self, statement: Statement, organization: &OrganizationId, folded: &str) -> Statement {
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

    /// IMMEDIATE takes SQLite's write lock at once, rather than failing in mid-transaction.
    pub(super) fn begin_to_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// SQLite has one writer, and each change would wait for the commits of those before it. PostgreSQL commits
    /// transactions side by side; there, one that waits for another node's lock must not hold up those of other
    /// organizations. It leaves some of the pool's connections to others.
    pub(super) fn group_size(self) -> GroupSize {
        match self {
            Self::Sqlite => GroupSize { groups_at_a_time: 1, largest: 64 },
            Self::Postgres => GroupSize { groups_at_a_time: 16, largest: 1 },
        }
    }

    /// Keeps others from changing a table until the transaction ends; reading it goes on. SQLite has one writer in any case.
    pub(super) fn hold(self, table: HeldTable) -> Option<&'static str> {
        match (self, table) {
            (Self::Sqlite, _) => None,
            (Self::Postgres, HeldTable::SigningKeys) => Some("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"),
            (Self::Postgres, HeldTable::Organizations) => Some("LOCK TABLE organizations IN SHARE ROW EXCLUSIVE MODE"),
        }
    }

    /// Keeps others from holding an organization until the transaction ends. SQLite has one writer, who holds it from the
    /// beginning of the transaction.
    pub(super) fn hold_an_organization(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE"),
        }
    }
}

/// What one node at a time may change.
#[derive(Debug, Clone, Copy)]
pub(crate) enum HeldTable {
    SigningKeys,
    Organizations,
}

/// The URL by which sqlx opens a file, whatever characters are in its path.
pub(super) fn sqlite_url(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    let file = Url::from_file_path(absolute).ok()?;
    Some(format!("sqlite://{}?mode=rwc", file.path()))
}
