//! A list that is shown one page at a time.

use std::{future::Future, pin::Pin};

use latchkey_model::{page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::{Call, Load, Refresh};
use crate::browser::focus;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub entries: Vec<T>,
    /// Where the next one begins, if there is one.
    pub next_cursor: Option<String>,
}

type Asked<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Problem>>>>;

/// The page of a list that is shown, and the way back from it.
#[derive(Debug)]
pub struct Pages<T: 'static> {
    shown: RwSignal<Load<Page<T>>>,
    /// Where the pages after the first begin, up to the one that is shown.
    cursors: RwSignal<Vec<String>>,
    ask: Callback<PageRequest, Asked<T>>,
    refresh: Refresh,
    turning: Call,
    /// The `id` of the element that the list begins with.
    start: &'static str,
}

impl<T: 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Pages<T> {}

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    /// A list that is asked for by `ask`, and begins with the element of the `id` of `start`.
    #[must_use]
    pub fn new(start: &'static str, ask: impl Fn(PageRequest) -> Asked<T> + Send + Sync + 'static) -> Self {
        let pages = Self {
            shown: RwSignal::new(Load::Pending),
            cursors: RwSignal::new(Vec::new()),
            ask: Callback::new(ask),
            refresh: Refresh::new(),
            turning: Call::new(),
            start,
        };
        pages.refresh.retry_by(move || pages.reload());
        pages
    }

    /// Whether the page that is shown is the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Asks for the page that is shown, anew.
    pub fn reload(self) {
        let cursors = self.cursors.get_untracked();
        let asked = self.asked(cursors.last().cloned());
        // Not over another page that was turned to meanwhile.
        let is_there = move || self.cursors.try_with_untracked(|now| *now == cursors) == Some(true);
        Load::ask_while(is_there, self.shown, self.refresh, asked);
    }

    /// Shows the first page as it has come from elsewhere, unless another one is shown.
    pub fn follow(self, first: Load<Page<T>>) {
        if self.cursors.with_untracked(Vec::is_empty) {
            self.shown.set(first);
        }
    }

    /// What is on the page.
    #[must_use]
    pub fn entries(self) -> Load<Vec<T>> {
        match self.shown.get() {
            Load::Pending => Load::Pending,
            Load::Ready(page) => Load::Ready(page.entries),
            Load::Failed(problem) => Load::Failed(problem),
        }
    }

    /// Changes what is on the page. Where nothing is left of it, the page is shown that comes in its place.
    pub fn change(self, change: impl FnOnce(&mut Vec<T>)) {
        self.shown.update(|shown| {
            if let Some(page) = shown.ready_mut() {
                change(&mut page.entries);
            }
        });
        let is_empty = self.shown.with_untracked(|shown| shown.ready().is_some_and(|page| page.entries.is_empty()));
        match (is_empty, untrack(|| self.has_next()), untrack(|| self.has_previous())) {
            (true, true, _) => self.reload(),
            (true, false, true) => self.show_previous(),
            (true, false, false) | (false, _, _) => {}
        }
    }

    /// Whether a page comes before the one that is shown.
    #[must_use]
    pub fn has_previous(self) -> bool {
        self.cursors.with(|cursors| !cursors.is_empty())
    }

    /// Whether a page comes after the one that is shown.
    #[must_use]
    pub fn has_next(self) -> bool {
        self.shown.with(|shown| shown.ready().is_some_and(|page| page.next_cursor.is_some()))
    }

    /// The number of the page that is shown, from one.
    #[must_use]
    pub fn number(self) -> usize {
        self.cursors.with(Vec::len) + 1
    }

    /// The call that fetches another page.
    #[must_use]
    pub fn turning(self) -> Call {
        self.turning
    }

    /// Shows the page before.
    pub fn show_previous(self) {
        let mut cursors = self.cursors.get_untracked();
        cursors.pop();
        self.turn_to(cursors);
    }

    /// Shows the next page.
    pub fn show_next(self) {
        let next = self.shown.with_untracked(|shown| shown.ready().and_then(|page| page.next_cursor.clone()));
        let Some(next) = next else { return };
        let mut cursors = self.cursors.get_untracked();
        cursors.push(next);
        self.turn_to(cursors);
    }

    fn turn_to(self, cursors: Vec<String>) {
        self.turning.start(self.asked(cursors.last().cloned()), move |page| {
            self.cursors.set(cursors);
            self.refresh.answered();
            self.shown.set(Load::Ready(page));
            focus::element_or_content(self.start);
        });
    }

    fn asked(self, cursor: Option<String>) -> Asked<T> {
        self.ask.run(PageRequest { cursor, limit: None })
    }
}
