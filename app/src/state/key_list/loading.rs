//! Loading the pages of a list.

use std::time::Duration;

use latchkey_model::{
    access_key::AccessKeyPage,
    problem::{Problem, ProblemKind},
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    KeyList,
    window::{BATCH, last_start},
};
use crate::{api, state::CurrentSession};

/// How long a reply may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What the list waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The first page.
    Loading,
    /// One more page.
    LoadingMore,
    /// Nothing: every page that was requested is here.
    Loaded,
    /// Nothing, because the request for the first page has failed.
    Failed,
    /// Nothing, because the request for one more page has failed.
    FailedMore,
}

impl Phase {
    /// Whether the latest request was for the first page.
    const fn is_first_page(self) -> bool {
        matches!(self, Self::Loading | Self::Failed)
    }
}

impl KeyList {
    /// Whether the first page is loading.
    #[must_use]
    pub fn is_loading(self) -> bool {
        self.phase.with(|phase| *phase == Phase::Loading)
    }

    /// Whether one more page is loading.
    #[must_use]
    pub fn is_loading_more(self) -> bool {
        self.phase.with(|phase| *phase == Phase::LoadingMore)
    }

    /// Whether the request that has failed is for one more page: then the keys that are loaded are no older than before.
    #[must_use]
    pub fn has_failed_to_load_more(self) -> bool {
        self.refresh.has_failed() && self.phase.with(|phase| matches!(phase, Phase::FailedMore | Phase::LoadingMore))
    }

    /// Repeats the request that has failed.
    pub fn retry(self) {
        match self.phase.get_untracked() {
            Phase::FailedMore | Phase::LoadingMore => self.load_more(),
            Phase::Failed | Phase::Loading | Phase::Loaded => self.reload(),
        }
    }

    /// Loads the first page again. The loaded keys stay until it comes.
    pub fn reload(self) {
        self.request_page(Phase::Loading, None);
    }

    /// Loads one more page.
    pub(super) fn load_more(self) {
        self.request_page(Phase::LoadingMore, self.next_cursor.get_untracked());
    }

    fn request_page(self, phase: Phase, cursor: Option<String>) {
        let number = self.request.get_value().wrapping_add(1);
        self.request.set_value(number);
        self.phase.set(phase);
        let request = self.query.with_untracked(|query| query.page_after(cursor));
        spawn_local(async move {
            let result = api::list_access_keys(request).await;
            if self.request.try_get_value() == Some(number) {
                self.handle(result);
            }
        });
        set_timeout(move || self.time_out(number), TIMEOUT);
    }

    /// Treats a request that was not answered as failed: old keys must not pass for its answer. An answer that still comes counts.
    fn time_out(self, number: u32) {
        let is_open = matches!(self.phase.try_get_untracked(), Some(Phase::Loading | Phase::LoadingMore));
        if is_open && self.request.try_get_value() == Some(number) {
            self.handle(Err(Problem::new(ProblemKind::Unreachable)));
        }
    }

    fn handle(self, result: Result<AccessKeyPage, Problem>) {
        let is_first = self.phase.get_untracked().is_first_page();
        match result {
            // A search reads a limited number of keys for each reply.
            Ok(page) if page.keys.is_empty() && page.next_cursor.is_some() => {
                self.request_page(if is_first { Phase::Loading } else { Phase::LoadingMore }, page.next_cursor);
            }
            Ok(page) => self.add(page, is_first),
            Err(problem) if CurrentSession::leave_if_ended(self.session, &problem) => {}
            Err(problem) => {
                self.refresh.failed(&problem);
                self.phase.set(if is_first { Phase::Failed } else { Phase::FailedMore });
            }
        }
    }

    fn add(self, page: AccessKeyPage, is_first: bool) {
        let loaded = self.keys.with_untracked(Vec::len);
        let kept = if is_first { 0 } else { loaded };
        if loaded == 0 {
            self.rows.set(BATCH);
            self.add_rows();
        }
        self.keys.update(|keys| {
            keys.truncate(kept);
            keys.extend(page.keys);
        });
        self.start.set(last_start(self.keys.with_untracked(Vec::len)));
        self.next_cursor.set(page.next_cursor);
        self.phase.set(Phase::Loaded);
        self.refresh.answered();
        self.answers_query.set(true);
        if !is_first {
            self.keep_focus(kept);
        }
    }
}
