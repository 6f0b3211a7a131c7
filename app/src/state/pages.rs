//! A list that is shown one page at a time.

use std::{future::Future, pin::Pin};

use latchkey_model::{page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::{
    Call, Load, Refresh,
    cursors::{self, Cursors, Refill, refill},
};
use crate::browser::focus;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries on it.
    pub entries: Vec<T>,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
}

type PageFuture<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Problem>>>>;

/// The page of a list that is shown, and the way back from it.
#[derive(Debug)]
pub struct Pages<T: 'static> {
    page: RwSignal<Load<Page<T>>>,
    cursors: RwSignal<Cursors>,
    fetch: Callback<PageRequest, PageFuture<T>>,
    refresh: Refresh,
    call: Call,
    /// The `id` of the element that gets the focus when another page is shown.
    start: &'static str,
}

impl<T: 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Pages<T> {}

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    /// Returns a list whose pages `fetch` requests. When another page is shown, the element with the `id` `start` gets the focus.
    #[must_use]
    pub fn new(start: &'static str, fetch: impl Fn(PageRequest) -> PageFuture<T> + Send + Sync + 'static) -> Self {
        let pages = Self {
            page: RwSignal::new(Load::Pending),
            cursors: RwSignal::new(Cursors::new()),
            fetch: Callback::new(fetch),
            refresh: Refresh::new(),
            call: Call::new(),
            start,
        };
        pages.refresh.retry_with(move || pages.reload());
        pages
    }

    /// Returns whether the page that is shown is the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Requests the page that is shown again.
    pub fn reload(self) {
        let cursors = self.cursors.get_untracked();
        let page = self.fetch_page(&cursors);
        // The reply must not replace another page that was turned to in the meantime.
        let is_current = move || self.cursors.try_with_untracked(|now| *now == cursors) == Some(true);
        Load::fetch_while(is_current, self.page, self.refresh, page);
    }

    /// Shows the first page, which has come from elsewhere, unless another page is shown.
    pub fn set_first_page(self, first: Load<Page<T>>) {
        if self.cursors.with_untracked(Vec::is_empty) {
            self.page.set(first);
        }
    }

    /// Returns the entries of the page.
    #[must_use]
    pub fn entries(self) -> Load<Vec<T>> {
        match self.page.get() {
            Load::Pending => Load::Pending,
            Load::Ready(page) => Load::Ready(page.entries),
            Load::Failed(problem) => Load::Failed(problem),
        }
    }

    /// Changes the entries of the page. If none are left, the page that comes in its place is shown.
    pub fn change(self, change: impl FnOnce(&mut Vec<T>)) {
        self.page.update(|loaded| {
            if let Some(page) = loaded.ready_mut() {
                change(&mut page.entries);
            }
        });
        let Some(left) = self.page.with_untracked(|loaded| Some(loaded.ready()?.entries.len())) else { return };
        match refill(left, untrack(|| self.has_next()), untrack(|| self.has_previous())) {
            Refill::None => {}
            Refill::Reload => self.reload(),
            Refill::Previous => self.show_previous(),
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
        self.page.with(|loaded| loaded.ready().is_some_and(|page| page.next_cursor.is_some()))
    }

    /// Returns the number of the page that is shown, counted from one.
    #[must_use]
    pub fn number(self) -> usize {
        self.cursors.with(cursors::number)
    }

    /// Returns the call that fetches another page.
    #[must_use]
    pub fn call(self) -> Call {
        self.call
    }

    /// Shows the page before.
    pub fn show_previous(self) {
        self.show(cursors::previous(self.cursors.get_untracked()));
    }

    /// Shows the next page.
    pub fn show_next(self) {
        let next = self.page.with_untracked(|loaded| loaded.ready().and_then(|page| page.next_cursor.clone()));
        if let Some(next) = next {
            self.show(cursors::next(self.cursors.get_untracked(), next));
        }
    }

    fn show(self, cursors: Cursors) {
        self.call.start(self.fetch_page(&cursors), move |page| {
            self.cursors.set(cursors);
            self.refresh.answered();
            self.page.set(Load::Ready(page));
            focus::element_or_content(self.start);
        });
    }

    fn fetch_page(self, cursors: &Cursors) -> PageFuture<T> {
        self.fetch.run(PageRequest { cursor: cursors.last().cloned(), limit: None })
    }
}
