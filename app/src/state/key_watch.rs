//! One key, watched: asked for again every two seconds until its first successful call.

use std::time::Duration;

use latchkey_model::{
    access_key::{AccessKey, AccessKeyDetails, KeyStatus},
    id::AccessKeyId,
};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, KeyList, Load, Refresh};
use crate::{api, browser::page_is_hidden};

/// How often the server is asked while a first call is awaited.
const PERIOD: Duration = Duration::from_secs(2);

/// The details of one key, kept fresh while they are shown.
#[derive(Debug, Clone, Copy)]
pub struct KeyWatch {
    id: StoredValue<AccessKeyId>,
    list: KeyList,
    details: RwSignal<Load<AccessKeyDetails>>,
    refresh: Refresh,
    asking: StoredValue<bool>,
    session: Option<CurrentSession>,
}

impl KeyWatch {
    /// Watches `key`: again after each change of it, and every two seconds while a first call is awaited, unless
    /// nobody sees the page.
    #[must_use]
    pub fn new(list: KeyList, id: AccessKeyId, key: Memo<AccessKey>) -> Self {
        let watch = Self {
            id: StoredValue::new(id),
            list,
            details: RwSignal::new(Load::Pending),
            refresh: Refresh::new(),
            asking: StoredValue::new(false),
            session: use_context(),
        };
        watch.refresh.retry_by(move || watch.ask());
        // What a person changes, and the history tells.
        let change = Memo::new(move |_| {
            key.with(|key| {
                (key.status, key.name.clone(), key.scopes.clone(), key.token_lifetime, key.first_used.is_some())
            })
        });
        Effect::new(move |_| {
            change.track();
            watch.ask();
        });
        let awaits_a_call = Memo::new(move |_| key.with(|key| can_be_used(key.status) && key.first_used.is_none()));
        Effect::new(move |_| {
            if !awaits_a_call.get() {
                return;
            }
            let ask = move || {
                // What has failed is asked for again by rules of its own.
                if !page_is_hidden() && !watch.refresh.is_waiting() {
                    watch.ask();
                }
            };
            if let Ok(timer) = set_interval_with_handle(ask, PERIOD) {
                on_cleanup(move || timer.clear());
            }
        });
        watch
    }

    /// Which key it is.
    #[must_use]
    pub fn id(self) -> AccessKeyId {
        self.id.get_value()
    }

    /// What is known of the key.
    #[must_use]
    pub fn details(self) -> Signal<Load<AccessKeyDetails>> {
        self.details.into()
    }

    /// Whether what is known is the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Asks the server, unless an answer is awaited already.
    pub fn ask(self) {
        let (Some(false), Some(id)) = (self.asking.try_get_value(), self.id.try_get_value()) else { return };
        self.asking.set_value(true);
        spawn_local(async move {
            let result = api::get_access_key(id).await;
            self.asking.try_set_value(false);
            match result {
                Ok(details) => {
                    self.refresh.answered();
                    self.list.replace(details.key.clone());
                    self.details.try_set(Load::Ready(details));
                }
                Err(problem) if CurrentSession::ends_by(self.session, &problem) => {}
                Err(problem) => {
                    self.refresh.failed(&problem);
                    // What is shown stays, marked as old.
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
