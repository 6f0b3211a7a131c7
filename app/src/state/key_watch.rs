//! The details of one key, requested again every two seconds until its first successful call.

use std::time::Duration;

use latchkey_model::{
    access_key::{AccessKey, AccessKeyDetails, GetAccessKey, KeyStatus},
    id::AccessKeyId,
};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, KeyList, Load, Refresh};
use crate::{api, browser::page_is_hidden};

/// How often the details are requested while the first call is awaited.
const PERIOD: Duration = Duration::from_secs(2);

/// The details of one key, kept up to date while they are shown.
#[derive(Debug, Clone, Copy)]
pub struct KeyWatch {
    id: StoredValue<AccessKeyId>,
    list: KeyList,
    details: RwSignal<Load<AccessKeyDetails>>,
    refresh: Refresh,
    is_fetching: StoredValue<bool>,
    session: Option<CurrentSession>,
}

impl KeyWatch {
    /// Requests the details of `key` now, after each change of it, and every two seconds while its first call is awaited and the page
    /// is visible.
    #[must_use]
    pub fn new(list: KeyList, id: AccessKeyId, key: Memo<AccessKey>) -> Self {
        let watch = Self {
            id: StoredValue::new(id),
            list,
            details: RwSignal::new(Load::Pending),
            refresh: Refresh::new(),
            is_fetching: StoredValue::new(false),
            session: use_context(),
        };
        watch.refresh.retry_with(move || watch.fetch());
        // The changes that add an entry to the history.
        let change = Memo::new(move |_| {
            key.with(|key| {
                (key.status, key.name.clone(), key.scopes.clone(), key.token_lifetime, key.first_used.is_some())
            })
        });
        Effect::new(move |_| {
            change.track();
            watch.fetch();
        });
        let awaits_a_call = Memo::new(move |_| key.with(|key| can_be_used(key.status) && key.first_used.is_none()));
        Effect::new(move |_| {
            if !awaits_a_call.get() {
                return;
            }
            let fetch = move || {
                // `refresh` repeats a request that has failed.
                if !page_is_hidden() && !watch.refresh.is_waiting() {
                    watch.fetch();
                }
            };
            if let Ok(timer) = set_interval_with_handle(fetch, PERIOD) {
                on_cleanup(move || timer.clear());
            }
        });
        watch
    }

    /// Returns the key's identifier.
    #[must_use]
    pub fn id(self) -> AccessKeyId {
        self.id.get_value()
    }

    /// Returns the details.
    #[must_use]
    pub fn details(self) -> Signal<Load<AccessKeyDetails>> {
        self.details.into()
    }

    /// Returns whether the details are the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Requests the details, unless an answer is already awaited.
    pub fn fetch(self) {
        let (Some(false), Some(id)) = (self.is_fetching.try_get_value(), self.id.try_get_value()) else { return };
        self.is_fetching.set_value(true);
        spawn_local(async move {
            let result = api::get_access_key(GetAccessKey { id }).await;
            self.is_fetching.try_set_value(false);
            match result {
                Ok(details) => {
                    self.refresh.answered();
                    self.list.replace(details.key.clone());
                    self.details.try_set(Load::Ready(details));
                }
                Err(problem) if CurrentSession::leave_if_ended(self.session, &problem) => {}
                Err(problem) => {
                    self.refresh.failed(&problem);
                    // Details that are shown stay, marked as old.
                    if self.details.try_with_untracked(|details| details.ready().is_none()) == Some(true) {
                        self.details.set(Load::Failed(problem));
                    }
                }
            }
        });
    }
}

/// Whether a call with the key can succeed now, or after an activation in another window.
const fn can_be_used(status: KeyStatus) -> bool {
    match status {
        KeyStatus::Active | KeyStatus::Inactive => true,
        KeyStatus::Expired | KeyStatus::Deleted => false,
    }
}
