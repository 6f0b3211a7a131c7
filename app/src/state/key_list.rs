//! The list of one tab: what was asked for, and the pages that have come.

use std::time::Duration;

use latchkey_model::{
    access_key::{AccessKey, AccessKeyPage, Kind},
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, Query, Refresh};
use crate::{api, browser::focus};

/// How many keys are in the page at once: with many more, browsers are slow.
const SHOWN: usize = 150;

/// By how many keys the page goes on or back.
const STEP: usize = 50;

/// How long a list may take to come.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// How many keys of a new list come into the page at a time: to make all of their rows at once would keep a slow browser from
/// answering for a while.
const AT_A_TIME: usize = 6;

/// What is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The first page.
    Loading,
    /// One more page.
    LoadingMore,
    /// Nothing: all that was asked for is here.
    Loaded,
    /// Nothing, because the request for the first page has failed.
    Failed,
    /// Nothing, because the request for one more page has failed.
    FailedMore,
}

/// The keys of one query, page by page.
#[derive(Debug, Clone, Copy)]
pub struct KeyList {
    query: Memo<Query>,
    keys: RwSignal<Vec<AccessKey>>,
    /// How many of them come before the ones in the page.
    before: RwSignal<usize>,
    /// How many may be in the page: as many as ever, but for the moments in which a new list comes into it.
    shown: RwSignal<usize>,
    next_cursor: RwSignal<Option<String>>,
    phase: RwSignal<Phase>,
    refresh: Refresh,
    /// What `is_of_query` says.
    is_of_query: RwSignal<bool>,
    /// Counts the requests, so that the answer to an earlier one is not taken for the latest one's.
    request: StoredValue<u32>,
    session: Option<CurrentSession>,
}

impl KeyList {
    /// A list that follows `query`: it loads when the query changes, in the browser only.
    #[must_use]
    pub fn new(query: Memo<Query>) -> Self {
        let list = Self {
            query,
            keys: RwSignal::new(Vec::new()),
            before: RwSignal::new(0),
            shown: RwSignal::new(AT_A_TIME),
            next_cursor: RwSignal::new(None),
            phase: RwSignal::new(Phase::Loading),
            refresh: Refresh::new(),
            is_of_query: RwSignal::new(true),
            request: StoredValue::new(0),
            session: use_context(),
        };
        Effect::new(move |shown: Option<Kind>| {
            let kind = query.read().kind;
            if shown.is_some_and(|shown| shown != kind) {
                list.keys.set(Vec::new());
                list.refresh.reset();
            }
            list.is_of_query.set(false);
            list.reload();
            kind
        });
        list.refresh.retry_by(move || list.retry());
        list
    }

    /// Which keys are asked for.
    #[must_use]
    pub fn query(self) -> Memo<Query> {
        self.query
    }

    /// The identifiers of the keys in the page, newest first.
    #[must_use]
    pub fn ids(self) -> Vec<AccessKeyId> {
        let (before, shown) = (self.before.get(), self.shown.get());
        self.keys.with(|keys| keys.iter().skip(before).take(shown).map(|key| key.id.clone()).collect())
    }

    /// Which keys are in the page, if those are not all that there are.
    #[must_use]
    pub fn range(self) -> Option<String> {
        let before = self.before.get();
        let shown = self.keys.with(Vec::len).saturating_sub(before).min(SHOWN);
        (self.has_newer() || self.has_more()).then(|| format!("Keys {} to {}", before + 1, before + shown))
    }

    /// The key of this identifier, if it is here.
    #[must_use]
    pub fn find(self, id: &AccessKeyId) -> Option<AccessKey> {
        self.keys.with(|keys| keys.iter().find(|key| key.id == *id).cloned())
    }

    /// Whether no key is here.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.keys.with(Vec::is_empty)
    }

    /// Whether the first page is on its way.
    #[must_use]
    pub fn is_loading(self) -> bool {
        self.phase.with(|phase| *phase == Phase::Loading)
    }

    /// Whether one more page is on its way.
    #[must_use]
    pub fn is_loading_more(self) -> bool {
        self.phase.with(|phase| *phase == Phase::LoadingMore)
    }

    /// Whether newer keys have left the page.
    #[must_use]
    pub fn has_newer(self) -> bool {
        self.before.get() > 0
    }

    /// Whether there are more keys after the ones in the page.
    #[must_use]
    pub fn has_more(self) -> bool {
        // Once the rows are in: what stands under them would move with each.
        self.shown.get() == SHOWN && (self.next_cursor.with(Option::is_some) || self.before.get() < self.last_before())
    }

    /// Whether the keys are the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Whether the keys are an answer to the query, and not to the one before it.
    #[must_use]
    pub fn is_of_query(self) -> bool {
        self.is_of_query.get()
    }

    /// Whether what has failed is the request for one more page: then those that are here are no older than before.
    #[must_use]
    pub fn lacks_more(self) -> bool {
        self.refresh.has_failed() && self.phase.with(|phase| matches!(phase, Phase::FailedMore | Phase::LoadingMore))
    }

    /// Makes the request again that has failed.
    pub fn retry(self) {
        match self.phase.get_untracked() {
            Phase::FailedMore | Phase::LoadingMore => {
                self.request_page(Phase::LoadingMore, self.next_cursor.get_untracked());
            }
            Phase::Failed | Phase::Loading | Phase::Loaded => self.reload(),
        }
    }

    /// Loads the first page again. The keys that are here stay until it comes.
    pub fn reload(self) {
        self.request_page(Phase::Loading, None);
    }

    /// Shows newer keys again, and the oldest no longer.
    pub fn show_newer(self) {
        self.before.update(|before| *before = before.saturating_sub(STEP));
        self.keep_focus(self.before.get_untracked());
    }

    /// Shows more keys, and the newest no longer if they are many; loads one more page if they are not here.
    pub fn show_more(self) {
        let (before, last) = (self.before.get_untracked(), untrack(|| self.last_before()));
        if before < last {
            self.before.set(last.min(before + STEP));
            self.keep_focus(before + SHOWN);
        } else {
            self.request_page(Phase::LoadingMore, self.next_cursor.get_untracked());
        }
    }

    /// Lets some more keys into the page, each time once the browser has seen to what else there is.
    fn let_more_in(self) {
        let more = move || {
            // Nothing, once the page is left.
            let Some(keys) = self.keys.try_with_untracked(Vec::len) else { return };
            let next = self.shown.get_untracked() + AT_A_TIME;
            if next < keys.min(SHOWN) {
                self.shown.set(next);
                self.let_more_in();
            } else {
                self.shown.set(SHOWN);
            }
        };
        set_timeout(more, Duration::ZERO);
    }

    /// How many keys come before the last ones that can be in the page.
    fn last_before(self) -> usize {
        self.keys.with(Vec::len).saturating_sub(SHOWN)
    }

    /// Takes the keyboard to a key that has come, if the button that it was on is gone.
    fn keep_focus(self, place: usize) {
        if let Some(key) = self.keys.read_untracked().get(place) {
            focus::key_if_lost(key.id.as_str());
        }
    }

    /// Shows `key` as it is now, if it is here.
    pub fn replace(self, key: AccessKey) {
        self.keys.update(|keys| {
            if let Some(place) = keys.iter_mut().find(|place| place.id == key.id) {
                *place = key;
            }
        });
    }

    /// Shows the key no longer.
    pub fn remove(self, id: &AccessKeyId) {
        self.keys.update(|keys| keys.retain(|key| key.id != *id));
    }

    fn request_page(self, phase: Phase, cursor: Option<String>) {
        let number = self.request.get_value().wrapping_add(1);
        self.request.set_value(number);
        self.phase.set(phase);
        let request = self.query.with_untracked(|query| query.page_after(cursor));
        spawn_local(async move {
            let result = api::list_access_keys(request).await;
            if self.request.try_get_value() == Some(number) {
                self.take(result);
            }
        });
        set_timeout(move || self.give_up(number), ANSWERED_WITHIN);
    }

    /// Takes a request for lost that was not answered: old keys must not pass for its answer. The answer counts if it still comes.
    fn give_up(self, number: u32) {
        let is_open = matches!(self.phase.try_get_untracked(), Some(Phase::Loading | Phase::LoadingMore));
        if is_open && self.request.try_get_value() == Some(number) {
            self.take(Err(Problem::new(ProblemKind::Unreachable)));
        }
    }

    /// Whether the latest request was for the first page.
    fn asks_for_first(self) -> bool {
        self.phase.with_untracked(|phase| matches!(phase, Phase::Loading | Phase::Failed))
    }

    fn take(self, result: Result<AccessKeyPage, Problem>) {
        match result {
            // A search looks through so many keys at a time.
            Ok(page) if page.keys.is_empty() && page.next_cursor.is_some() => {
                let phase = if self.asks_for_first() { Phase::Loading } else { Phase::LoadingMore };
                self.request_page(phase, page.next_cursor);
            }
            Ok(page) => {
                let is_first = self.asks_for_first();
                let known = if is_first { 0 } else { self.keys.with_untracked(Vec::len) };
                if self.keys.with_untracked(Vec::is_empty) {
                    self.shown.set(AT_A_TIME);
                    self.let_more_in();
                }
                self.keys.update(|keys| {
                    keys.truncate(known);
                    keys.extend(page.keys);
                });
                self.before.set(untrack(|| self.last_before()));
                self.next_cursor.set(page.next_cursor);
                self.phase.set(Phase::Loaded);
                self.refresh.answered();
                self.is_of_query.set(true);
                if !is_first {
                    self.keep_focus(known);
                }
            }
            Err(problem) if CurrentSession::ends_by(self.session, &problem) => {}
            Err(problem) => {
                self.refresh.failed(&problem);
                let is_first = self.asks_for_first();
                self.phase.set(if is_first { Phase::Failed } else { Phase::FailedMore });
            }
        }
    }
}
