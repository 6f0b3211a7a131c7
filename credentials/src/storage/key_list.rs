//! Pages of keys, newest first.
//!
//! What a page costs does not depend on how many keys there are: a statement reads one index in its order and stops
//! when the page is full. A search looks through the next keys, which fills a page with what is common; what is rare is
//! found by the text index and put in order. Where neither does, a page ends early, and the next one goes on from there.

use latchkey_model::{
    access_key::{Kind, StatusFilter},
    id::{AccessKeyId, OrganizationId},
    text::fold,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use super::{Dialect, StorageError, key_row::read, parse_column, statement::Statement};
use crate::access_keys::KeyRecord;

/// How many keys are looked through before the text index is asked.
const NEAR: i64 = 500;
/// How many keys are looked through for one page, at the most.
const FAR: i64 = 5_000;
/// How many finds of the text index are put in order, at the most.
const FEW: i64 = 1_000;
/// How many characters of a search the text index needs.
const TRIGRAM: usize = 3;

/// A key's place in the order of a list.
pub(crate) type Place = (Timestamp, AccessKeyId);

/// A page of keys that is asked for.
pub(crate) struct Query<'a> {
    pub(crate) organization: &'a OrganizationId,
    pub(crate) kind: Kind,
    /// The last key of the page before.
    pub(crate) after: Option<Place>,
    pub(crate) search: Option<&'a str>,
    pub(crate) status: Option<StatusFilter>,
    pub(crate) now: Timestamp,
    pub(crate) limit: u32,
}

/// A page of keys.
pub(crate) struct Page {
    pub(crate) keys: Vec<KeyRecord>,
    /// The last key that was looked at, where others behind it were not.
    pub(crate) ended_at: Option<Place>,
}

/// Reads a page.
pub(crate) async fn page(connection: &mut AnyConnection, query: &Query<'_>) -> Result<Page, StorageError> {
    let Some(search) = query.search.and_then(|text| Search::parse(text, query.kind)) else {
        let keys = query.read(connection, None, Statement::new(ALL), None).await?;
        return Ok(Page { keys, ended_at: None });
    };
    if search.folded.chars().count() >= TRIGRAM {
        let near = query.look_through(connection, &search, NEAR).await?;
        if near.ended_at.is_none() || near.keys.len() >= query.limit as usize {
            return Ok(near);
        }
        if search.finds_few(connection, query.organization).await? {
            let finds = search.finds(Dialect::of(connection), query.organization);
            let keys = query.read(connection, Some(&search), finds, None).await?;
            return Ok(Page { keys, ended_at: None });
        }
    }
    query.look_through(connection, &search, FAR).await
}

/// The start of a statement that reads keys out of all.
pub(super) const ALL: &str = "SELECT * FROM access_keys WHERE ";

/// Which keys are listed under a status: the condition of an index, word for word.
const fn condition(status: Option<StatusFilter>) -> &'static str {
    match status {
        None => "state <> 'deleted'",
        Some(StatusFilter::Active) => "state = 'active' AND expired = 0",
        Some(StatusFilter::Inactive) => "state = 'inactive' AND expired = 0",
        Some(StatusFilter::Expired) => "state <> 'deleted' AND expired = 1",
        Some(StatusFilter::Deleted) => "state = 'deleted'",
    }
}

impl Query<'_> {
    /// The matches among the next keys.
    async fn look_through(
        &self,
        connection: &mut AnyConnection,
        search: &Search<'_>,
        keys: i64,
    ) -> Result<Page, StorageError> {
        let ended_at = match &self.last_of(keys).query().fetch_all(&mut *connection).await?[..] {
            [last, _behind] => Some((Timestamp(last.try_get("created_at")?), parse_column(last, "id")?)),
            _ => None,
        };
        let start = self.start_until(Dialect::of(connection), ended_at.as_ref());
        let keys = self.read(connection, Some(search), start, ended_at.as_ref()).await?;
        Ok(Page { keys, ended_at })
    }

    /// Reads the keys of a page that a statement starts to tell.
    async fn read(
        &self,
        connection: &mut AnyConnection,
        search: Option<&Search<'_>>,
        start: Statement,
        until: Option<&Place>,
    ) -> Result<Vec<KeyRecord>, StorageError> {
        let mut rows = Vec::new();
        if self.status == Some(StatusFilter::Expired) {
            let lately = self.select(lately_expired(self.now), None, search, until);
            rows = lately.query().fetch_all(&mut *connection).await?;
        }
        let noted = self.select(start, self.status, search, until);
        rows.append(&mut noted.query().fetch_all(connection).await?);
        let mut keys = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        keys.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        // One that was noted between the two statements is in both.
        keys.dedup_by(|one, other| one.id == other.id);
        keys.truncate(self.limit as usize);
        Ok(keys)
    }

    /// The start of a statement that reads the next keys until one of them.
    pub(super) fn start_until(&self, dialect: Dialect, until: Option<&Place>) -> Statement {
        let from = self.after.as_ref().map(|(at, _)| *at);
        Statement::new(ALL).maybe(until, |statement, (until, _)| dialect.push_moments(statement, from, *until))
    }

    /// The last of the next keys, and the one behind it.
    pub(super) fn last_of(&self, keys: i64) -> Statement {
        self.next(Statement::new("SELECT created_at, id FROM access_keys WHERE "), self.status)
            .push(" ORDER BY created_at DESC, id DESC LIMIT 2 OFFSET ")
            .value(keys - 1)
    }

    pub(super) fn select(
        &self,
        start: Statement,
        status: Option<StatusFilter>,
        search: Option<&Search<'_>>,
        until: Option<&Place>,
    ) -> Statement {
        // Lately, keys may have expired of which that was not noted yet.
        let has_not_expired = matches!(status, Some(StatusFilter::Active | StatusFilter::Inactive));
        self.next(start, status)
            .maybe(until, |statement, (at, id)| {
                let statement = statement.push(" AND (created_at, id) >= (").value(at.0);
                statement.push(", ").value(id.as_str()).push(")")
            })
            .maybe(has_not_expired.then_some(self.now.0), |statement, now| {
                statement.push(" AND (expires_at IS NULL OR expires_at > ").value(now).push(")")
            })
            .maybe(search, |statement, search| search.is_met(statement))
            .push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .value(i64::from(self.limit))
    }

    /// Narrows a statement to the keys that come next.
    fn next(&self, start: Statement, status: Option<StatusFilter>) -> Statement {
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

/// The start of a statement that reads keys out of those that have expired since that was last noted: few.
pub(super) fn lately_expired(now: Timestamp) -> Statement {
    out_of(|statement| statement.push("SELECT id FROM access_keys WHERE expired = 0 AND expires_at <= ").value(now.0))
}

/// The start of a statement that reads keys out of a few, which another one finds first. Each step is materialized:
/// were they one, a planner might look for the few among all.
fn out_of(few: impl FnOnce(Statement) -> Statement) -> Statement {
    few(Statement::new("WITH few (key_id) AS MATERIALIZED ("))
        .push("), found AS MATERIALIZED (SELECT access_keys.* FROM few CROSS JOIN access_keys WHERE id = key_id) ")
        .push("SELECT * FROM found WHERE ")
}

/// What a search looks for: a part of a name, or the start of an ID.
pub(super) struct Search<'a> {
    folded: String,
    id_start: Option<&'a str>,
}

impl<'a> Search<'a> {
    /// Reads a search; `None` if it finds every key of the kind, whose IDs all start with it.
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

    /// Narrows a statement to the keys that the search is for.
    fn is_met(&self, statement: Statement) -> Statement {
        statement
            .push(" AND (name_folded LIKE ")
            .value(&*substring_pattern(&self.folded))
            .push(" ESCAPE '\\'")
            .maybe(self.id_start, |statement, start| id_starts_with(statement.push(" OR "), start))
            .push(")")
    }

    /// Whether the text index finds so few that they can be put in order.
    async fn finds_few(
        &self,
        connection: &mut AnyConnection,
        organization: &OrganizationId,
    ) -> Result<bool, StorageError> {
        let count = Statement::new("SELECT COUNT(*) AS found FROM (");
        let count = self.find(count, Dialect::of(connection), organization).push(" LIMIT ").value(FEW + 1);
        let found = count.push(") AS finds").query().fetch_one(connection).await?;
        Ok(found.try_get::<i64, _>("found")? <= FEW)
    }

    /// The start of a statement that reads keys out of what the text index finds.
    pub(super) fn finds(&self, dialect: Dialect, organization: &OrganizationId) -> Statement {
        out_of(|statement| self.find(statement, dialect, organization))
    }

    fn find(&self, statement: Statement, dialect: Dialect, organization: &OrganizationId) -> Statement {
        dialect.find_names(statement, organization, &self.folded).maybe(self.id_start, |statement, start| {
            id_starts_with(statement.push(" UNION SELECT id FROM access_keys WHERE "), start)
        })
    }
}

/// IDs are letters, digits and an underscore: `~` comes after all of them.
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
