//! What the page of access keys shows beside its list: the open row and the open dialog.

use latchkey_model::{
    access_key::{AccessKey, Activation, Kind, StatusFilter},
    id::AccessKeyId,
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{Call, Creation, KeyList, News, Query, Toasts, confirmation};
use crate::{
    api,
    browser::{dates, focus},
};

/// A dialog about one key of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the dialog of that name, for the key that it holds")]
pub enum KeyDialog {
    Rename(AccessKey),
    Scopes(AccessKey),
    TokenLifetime(AccessKey),
    Deactivate(AccessKey),
    Delete(AccessKey),
}

/// The state of the page of access keys.
#[derive(Debug, Clone, Copy)]
pub struct KeysPage {
    /// The keys.
    pub list: KeyList,
    /// What is typed into the search box, once the typing rests.
    pub search: RwSignal<String>,
    /// Which status is asked for.
    pub status: RwSignal<Option<StatusFilter>>,
    /// The row that shows its details.
    pub opened: RwSignal<Option<AccessKeyId>>,
    /// The row that the keyboard goes to once the list is there.
    focus_next: RwSignal<Option<AccessKeyId>>,
    /// The dialog that is open.
    pub dialog: RwSignal<Option<KeyDialog>>,
    /// This moment, to within a few seconds.
    pub now: RwSignal<Timestamp>,
    toasts: Toasts,
}

impl KeysPage {
    /// The page, on the tab of `kind`.
    #[must_use]
    pub fn new(kind: Memo<Kind>) -> Self {
        let search = RwSignal::new(String::new());
        let status = RwSignal::new(None);
        let query = Memo::new(move |_| Query { kind: kind.get(), search: search.get(), status: status.get() });
        Self {
            list: KeyList::new(query),
            search,
            status,
            opened: RwSignal::new(None),
            focus_next: RwSignal::new(None),
            dialog: RwSignal::new(None),
            now: RwSignal::new(Timestamp(0)),
            toasts: expect_context(),
        }
    }

    /// The tab.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.list.query().read().kind
    }

    /// Notes what time it is.
    pub fn tick(self) {
        self.now.set(dates::now());
    }

    /// Leaves no key of the tab out.
    pub fn widen(self) {
        self.search.set(String::new());
        self.status.set(None);
    }

    /// Follows the making of a key.
    pub fn follow(self, creation: Creation) {
        Effect::new(move |_| {
            if let Some(news) = creation.take_news() {
                untrack(|| self.take(news));
            }
            if let (false, Some(id)) = (self.list.is_loading(), self.focus_next.get()) {
                self.focus_next.set(None);
                focus::key_or_content(id.as_str());
            }
        });
        on_cleanup(move || creation.cancel());
    }

    fn take(self, news: News) {
        match news {
            News::Changed => {
                self.widen();
                self.list.reload();
            }
            News::Open(id) => {
                if self.list.find(&id).is_none() {
                    self.list.reload();
                }
                self.focus_next.set(Some(id.clone()));
                self.opened.set(Some(id));
            }
            News::LookFor(id) => {
                self.status.set(None);
                self.search.set(id.to_string());
                self.opened.set(Some(id));
            }
        }
    }

    /// Opens the details of a key, or closes them.
    pub fn toggle(self, id: &AccessKeyId) {
        self.opened.update(|opened| *opened = if opened.as_ref() == Some(id) { None } else { Some(id.clone()) });
    }

    /// Activates or deactivates a key, and tells where that holds.
    pub fn set_status(self, call: Call, key: &AccessKey, status: Activation) {
        call.start(api::set_access_key_status(key.id.clone(), status), move |set| {
            let message = confirmation::message(&set, status, dates::clock_today);
            match (status, set.pending.is_empty()) {
                (_, false) => self.toasts.warn(message),
                // It stays, so that a person can read and copy it.
                (Activation::Inactive, true) => self.toasts.done_and_stay(message),
                (Activation::Active, true) => self.toasts.done(message),
            }
            self.list.replace(set.key);
            self.dialog.set(None);
        });
    }

    /// Restores a deleted key.
    pub fn restore(self, call: Call, key: &AccessKey) {
        let name = key.name.clone();
        call.start(api::restore_access_key(key.id.clone()), move |changed| {
            // Whoever has turned to another filter meanwhile may see a list from before.
            if self.status.get_untracked() == Some(StatusFilter::Deleted) {
                self.list.remove(&changed.key.id);
                focus::content();
            } else {
                self.list.reload();
            }
            self.toasts.done(format!("“{name}” is restored. It is inactive until you activate it."));
        });
    }

    /// Takes a deleted key off the list.
    pub fn note_deleted(self, key: &AccessKey) {
        self.dialog.set(None);
        self.list.remove(&key.id);
        focus::content();
        self.toasts.done(format!("“{}” is deleted. You can restore it under Deleted for 30 days.", key.name));
    }

    /// Shows a key with its new scopes.
    pub fn note_scopes(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.done(match key.scopes.iter().count() {
            0 => format!("“{}” has no scopes.", key.name),
            1 => format!("“{}” has one scope.", key.name),
            several => format!("“{}” has {several} scopes.", key.name),
        });
        self.list.replace(key);
    }

    /// Shows a client with its new token lifetime.
    pub fn note_token_lifetime(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.done(match key.token_lifetime {
            Some(lifetime) => format!("New tokens of “{}” last {} seconds.", key.name, lifetime.seconds()),
            None => format!("New tokens of “{}” last as long as the server default.", key.name),
        });
        self.list.replace(key);
    }

    /// Shows a key under its new name.
    pub fn note_renamed(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.done(format!("The key is now named “{}”.", key.name));
        self.list.replace(key);
    }
}
