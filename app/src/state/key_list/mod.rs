//! The list of one tab: the query, and the pages that have come.

mod loading;
mod window;

use std::time::Duration;

use latchkey_model::{
    access_key::{AccessKey, Kind},
    id::AccessKeyId,
};
use leptos::prelude::*;

use self::{
    loading::Phase,
    window::{BATCH, Window},
};
use super::{CurrentSession, Query, Refresh};
use crate::browser::focus;

/// The keys of one query, page by page.
#[derive(Debug, Clone, Copy)]
pub struct KeyList {
    query: Memo<Query>,
    keys: RwSignal<Vec<AccessKey>>,
    /// [`Window::start`]. Two signals of numbers, because another type of signal would cost a kilobyte of WebAssembly.
    start: RwSignal<usize>,
    /// [`Window::rows`].
    rows: RwSignal<usize>,
    next_cursor: RwSignal<Option<String>>,
    phase: RwSignal<Phase>,
    refresh: Refresh,
    answers_query: RwSignal<bool>,
    /// Counts the requests, so that the answer to an earlier one is not taken for the latest one's.
    request: StoredValue<u32>,
    session: Option<CurrentSession>,
}

impl KeyList {
    /// Returns a list that follows `query`: it loads when the query changes, in the browser only.
    #[must_use]
    pub fn new(query: Memo<Query>) -> Self {
        let list = Self {
            query,
            keys: RwSignal::new(Vec::new()),
            start: RwSignal::new(0),
            rows: RwSignal::new(BATCH),
            next_cursor: RwSignal::new(None),
            phase: RwSignal::new(Phase::Loading),
            refresh: Refresh::new(),
            answers_query: RwSignal::new(true),
            request: StoredValue::new(0),
            session: use_context(),
        };
        Effect::new(move |previous: Option<Kind>| {
            let kind = query.read().kind;
            if previous.is_some_and(|previous| previous != kind) {
                list.keys.set(Vec::new());
                list.refresh.reset();
            }
            list.answers_query.set(false);
            list.reload();
            kind
        });
        list.refresh.retry_with(move || list.retry());
        list
    }

    /// Returns the query that the list follows.
    #[must_use]
    pub fn query(self) -> Memo<Query> {
        self.query
    }

    /// Returns the identifiers of the keys that have a row, newest first.
    #[must_use]
    pub fn ids(self) -> Vec<AccessKeyId> {
        let window = self.window();
        self.keys.with(|keys| {
            let rows = keys.get(window.range(keys.len())).unwrap_or_default();
            rows.iter().map(|key| key.id.clone()).collect()
        })
    }

    /// Returns which keys have a row, if these are not all keys.
    #[must_use]
    pub fn label(self) -> Option<String> {
        self.window().label(self.loaded(), self.has_next_page())
    }

    /// Returns the key with this identifier, if it is loaded.
    #[must_use]
    pub fn find(self, id: &AccessKeyId) -> Option<AccessKey> {
        self.keys.with(|keys| keys.iter().find(|key| key.id == *id).cloned())
    }

    /// Whether no key is loaded.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.keys.with(Vec::is_empty)
    }

    /// Whether newer keys have no row any more.
    #[must_use]
    pub fn has_newer(self) -> bool {
        self.window().has_newer()
    }

    /// Whether there are more keys after the ones that have a row.
    #[must_use]
    pub fn has_more(self) -> bool {
        self.window().has_older(self.loaded(), self.has_next_page())
    }

    /// Returns whether the keys are the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Whether the keys are an answer to the current query, not to the one before it.
    #[must_use]
    pub fn answers_query(self) -> bool {
        self.answers_query.get()
    }

    /// Gives newer keys a row again, in place of the oldest.
    pub fn show_newer(self) {
        let window = untrack(|| self.window()).newer();
        self.start.set(window.start);
        self.keep_focus(window.start);
    }

    /// Gives more keys a row, in place of the newest if the page has too many; loads one more page if none are left.
    pub fn show_more(self) {
        let window = untrack(|| self.window());
        match window.older(self.keys.with_untracked(Vec::len)) {
            Some(older) => {
                self.start.set(older.start);
                self.keep_focus(window.first_added());
            }
            None => self.load_more(),
        }
    }

    /// Replaces the key by its new state, if it is loaded.
    pub fn replace(self, key: AccessKey) {
        self.keys.update(|keys| {
            if let Some(old) = keys.iter_mut().find(|old| old.id == key.id) {
                *old = key;
            }
        });
    }

    /// Removes the key from the list.
    pub fn remove(self, id: &AccessKeyId) {
        self.keys.update(|keys| keys.retain(|key| key.id != *id));
    }

    fn window(self) -> Window {
        Window { start: self.start.get(), rows: self.rows.get() }
    }

    fn loaded(self) -> usize {
        self.keys.with(Vec::len)
    }

    fn has_next_page(self) -> bool {
        self.next_cursor.with(Option::is_some)
    }

    /// Adds the rows of a new list batch by batch, so that the browser can handle events in between.
    fn add_rows(self) {
        let add = move || {
            // The list is gone once the page is left.
            let Some(loaded) = self.keys.try_with_untracked(Vec::len) else { return };
            let window = untrack(|| self.window()).grown(loaded);
            self.rows.set(window.rows);
            if window.rows != window::MAX_ROWS {
                self.add_rows();
            }
        };
        set_timeout(add, Duration::ZERO);
    }

    /// Moves the focus to the row of the key at `index`, if the button that had it is gone.
    fn keep_focus(self, index: usize) {
        if let Some(key) = self.keys.read_untracked().get(index) {
            focus::key_if_lost(key.id.as_str());
        }
    }
}
