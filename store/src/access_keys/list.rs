//! Pages of keys, newest first.
//!
//! The cost of a page does not depend on the number of keys: a statement reads one index in its order and stops when the page
//! is full. A search scans the next keys, which fills a page with common matches. Rare matches are found by the text index and
//! sorted. Where neither works, a page ends early and the next one continues from there.

use latchkey_model::{
    access_key::{KeyStatus, Kind},
    id::{AccessKeyId, OrganizationId},
    text::fold,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use super::row::AccessKeyRow;
use crate::{Dialect, StorageError, query::parse_column, statement::Statement};

/// How many keys a search scans before it asks the text index.
const NEAR: i64 = 500;
/// How many keys a search scans for one page.
const FAR: i64 = 5_000;
/// How many matches of the text index are sorted.
const FEW: i64 = 1_000;
/// How many characters the text index needs.
const TRIGRAM: usize = 3;

/// The position of a key in the order of a list.
pub type ListPosition = (Timestamp, AccessKeyId);

/// The page of keys to read.
pub struct PageQuery<'a> {
    /// The organization.
    pub organization: &'a OrganizationId,
    /// The kind of the keys.
    pub kind: Kind,
    /// The last key of the page before.
    pub after: Option<ListPosition>,
    /// A part of the name, or the start of the ID.
    pub search: Option<&'a str>,
    /// The status of the keys; `None` for all that are not deleted.
    pub status: Option<KeyStatus>,
    /// The current time, which decides what has expired.
    pub now: Timestamp,
    /// How many keys to read at most.
    pub limit: u32,
}

/// A page of keys.
pub struct Page {
    /// The keys, newest first.
    pub keys: Vec<AccessKeyRow>,
    /// The last key that was scanned, if keys after it were not.
    pub ended_at: Option<ListPosition>,
}

/// Reads a page.
pub async fn page(connection: &mut AnyConnection, query: &PageQuery<'_>) -> Result<Page, StorageError> {
    let Some(search) = query.search.and_then(|text| Search::parse(text, query.kind)) else {
        let keys = query.read(connection, None, Statement::new(ALL), None).await?;
        return Ok(Page { keys, ended_at: None });
    };
    if search.folded.chars().count() >= TRIGRAM {
        let near = query.scan(connection, &search, NEAR).await?;
        if near.ended_at.is_none() || near.keys.len() >= query.limit as usize {
            return Ok(near);
        }
        if search.finds_few(connection, query.organization).await? {
            let matches = search.select_matches(Dialect::of_connection(connection), query.organization);
            let keys = query.read(connection, Some(&search), matches, None).await?;
            return Ok(Page { keys, ended_at: None });
        }
    }
    query.scan(connection, &search, FAR).await
}

/// The start of a statement that reads all keys.
pub(super) const ALL: &str = "SELECT * FROM access_keys WHERE ";

/// Returns the condition for a status, word for word as in its index.
const fn condition(status: Option<KeyStatus>) -> &'static str {
    match status {
        None => "state <> 'deleted'",
        Some(KeyStatus::Active) => "state = 'active' AND expired = 0",
        Some(KeyStatus::Inactive) => "state = 'inactive' AND expired = 0",
        Some(KeyStatus::Expired) => "state <> 'deleted' AND expired = 1",
        Some(KeyStatus::Deleted) => "state = 'deleted'",
    }
}

impl PageQuery<'_> {
    /// Reads the matches among the next keys.
    async fn scan(&self, connection: &mut AnyConnection, search: &Search<'_>, keys: i64) -> Result<Page, StorageError> {
        let ended_at = match &self.last_of(keys).query().fetch_all(&mut *connection).await?[..] {
            [last, _behind] => Some((Timestamp(last.try_get("created_at")?), parse_column(last, "id")?)),
            _ => None,
        };
        let start = self.start_until(Dialect::of_connection(connection), ended_at.as_ref());
        let keys = self.read(connection, Some(search), start, ended_at.as_ref()).await?;
        Ok(Page { keys, ended_at })
    }

    /// Completes `start` into the page query and runs it.
    async fn read(
        &self,
        connection: &mut AnyConnection,
        search: Option<&Search<'_>>,
        start: Statement,
        until: Option<&ListPosition>,
    ) -> Result<Vec<AccessKeyRow>, StorageError> {
        let mut rows = Vec::new();
        if self.status == Some(KeyStatus::Expired) {
            let newly_expired = self.select(select_newly_expired(self.now), None, search, until);
            rows = newly_expired.query().fetch_all(&mut *connection).await?;
        }
        let marked = self.select(start, self.status, search, until);
        rows.append(&mut marked.query().fetch_all(connection).await?);
        let mut keys = rows.iter().map(AccessKeyRow::read).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        // A key that was marked between the two statements is in both.
        keys.dedup_by(|one, other| one.id == other.id);
        keys.truncate(self.limit as usize);
        Ok(keys)
    }

    /// Starts the statement that reads the next keys up to one of them.
    pub(super) fn start_until(&self, dialect: Dialect, until: Option<&ListPosition>) -> Statement {
        let from = self.after.as_ref().map(|(at, _)| *at);
        Statement::new(ALL).maybe(until, |statement, (until, _)| dialect.push_time_range(statement, from, *until))
    }

    /// Selects the last of the next keys and the one after it.
    pub(super) fn last_of(&self, keys: i64) -> Statement {
        self.next(Statement::new("SELECT created_at, id FROM access_keys WHERE "), self.status)
            .push(" ORDER BY created_at DESC, id DESC LIMIT 2 OFFSET ")
            .value(keys - 1)
    }

    pub(super) fn select(
        &self,
        start: Statement,
        status: Option<KeyStatus>,
        search: Option<&Search<'_>>,
        until: Option<&ListPosition>,
    ) -> Statement {
        // Keys may have expired since that was last marked.
        let has_not_expired = matches!(status, Some(KeyStatus::Active | KeyStatus::Inactive));
        self.next(start, status)
            .maybe(until, |statement, (at, id)| {
                let statement = statement.push(" AND (created_at, id) >= (").value(at.0);
                statement.push(", ").value(id.as_str()).push(")")
            })
            .maybe(has_not_expired.then_some(self.now.0), |statement, now| {
                statement.push(" AND (expires_at IS NULL OR expires_at > ").value(now).push(")")
            })
            .maybe(search, |statement, search| search.push_condition(statement))
            .push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .value(i64::from(self.limit))
    }

    /// Adds the conditions for the keys that come next.
    fn next(&self, start: Statement, status: Option<KeyStatus>) -> Statement {
        start
            .push("organization_id = ")
            .value(self.organization.as_str())
            .push(" AND kind = ")
            .value(self.kind.as_str())
            .push(" AND ")
            .push(condition(status))
            .maybe(self.after.as_ref(), |statement, (at, id)| {
                let statement = statement.push(" AND (created_at, id) < (").value(at.0);
                statement.push(", ").value(id.as_str()).push(")")
            })
    }
}

/// Starts the statement that reads the few keys that have expired since that was last marked.
pub(super) fn select_newly_expired(now: Timestamp) -> Statement {
    select_from_few(|statement| {
        statement.push("SELECT id FROM access_keys WHERE expired = 0 AND expires_at <= ").value(now.0)
    })
}

/// Starts a statement that reads the few keys which another query finds first. Each step is materialized, because a planner
/// might otherwise look for the few among all.
fn select_from_few(few: impl FnOnce(Statement) -> Statement) -> Statement {
    few(Statement::new("WITH few (key_id) AS MATERIALIZED ("))
        .push("), found AS MATERIALIZED (SELECT access_keys.* FROM few CROSS JOIN access_keys WHERE id = key_id) ")
        .push("SELECT * FROM found WHERE ")
}

/// A search: a part of a name, or the start of an ID.
pub(super) struct Search<'a> {
    folded: String,
    id_start: Option<&'a str>,
}

impl<'a> Search<'a> {
    /// Parses a search. Returns `None` if it matches every key of the kind, because all their IDs start with it.
    pub(super) fn parse(text: &'a str, kind: Kind) -> Option<Self> {
        let prefix = match kind {
            Kind::OAuthClient => "oc_",
            Kind::ApiKey => "ak_",
        };
        if prefix.starts_with(text) {
            return None;
        }
        let id_start = text.strip_prefix(prefix).filter(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        Some(Self { folded: fold(text), id_start: id_start.map(|_| text) })
    }

    /// Adds the condition for matching keys.
    fn push_condition(&self, statement: Statement) -> Statement {
        statement
            .push(" AND (name_folded LIKE ")
            .value(&*substring_pattern(&self.folded))
            .push(" ESCAPE '\\'")
            .maybe(self.id_start, |statement, start| id_starts_with(statement.push(" OR "), start))
            .push(")")
    }

    /// Returns whether the text index finds so few keys that they can be sorted.
    async fn finds_few(
        &self,
        connection: &mut AnyConnection,
        organization: &OrganizationId,
    ) -> Result<bool, StorageError> {
        let count = Statement::new("SELECT COUNT(*) AS found FROM (");
        let count = self.find(count, Dialect::of_connection(connection), organization).push(" LIMIT ").value(FEW + 1);
        let found = count.push(") AS finds").query().fetch_one(connection).await?;
        Ok(found.try_get::<i64, _>("found")? <= FEW)
    }

    /// Starts the statement that reads the keys which the text index finds.
    pub(super) fn select_matches(&self, dialect: Dialect, organization: &OrganizationId) -> Statement {
        select_from_few(|statement| self.find(statement, dialect, organization))
    }

    fn find(&self, statement: Statement, dialect: Dialect, organization: &OrganizationId) -> Statement {
        dialect.find_names(statement, organization, &self.folded).maybe(self.id_start, |statement, start| {
            id_starts_with(statement.push(" UNION SELECT id FROM access_keys WHERE "), start)
        })
    }
}

/// IDs consist of letters, digits and an underscore, and `~` sorts after all of them.
fn id_starts_with(statement: Statement, start: &str) -> Statement {
    statement.push("id >= ").value(start).push(" AND id < ").value(&*format!("{start}~"))
}

fn substring_pattern(folded: &str) -> String {
    let mut pattern = String::with_capacity(folded.len() + 2);
    pattern.push('%');
    for character in folded.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
