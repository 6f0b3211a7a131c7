//! The state of the page of access keys besides its list: the search, the open row and the open dialog.

use latchkey_model::{
    access_key::{AccessKey, Activation, KeyStatus, Kind, RestoreAccessKey, SetAccessKeyStatus},
    id::AccessKeyId,
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{Call, Creation, KeyList, ListEvent, Query, Toasts, confirmation};
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
    /// The text in the search box, once typing pauses.
    pub search: RwSignal<String>,
    /// The status to show; without one, all but deleted keys.
    pub status: RwSignal<Option<KeyStatus>>,
    /// The key whose row shows its details.
    pub opened: RwSignal<Option<AccessKeyId>>,
    /// The key whose row gets the focus once the list is loaded.
    focus_next: RwSignal<Option<AccessKeyId>>,
    /// The open dialog.
    pub dialog: RwSignal<Option<KeyDialog>>,
    /// The current time, to within a few seconds.
    pub now: RwSignal<Timestamp>,
    toasts: Toasts,
}

impl KeysPage {
    /// Returns the page on the tab of `kind`.
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

    /// Returns the kind of key on the tab.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.list.query().read().kind
    }

    /// Updates the current time.
    pub fn tick(self) {
        self.now.set(dates::now());
    }

    /// Clears the search and the status filter.
    pub fn clear_filters(self) {
        self.search.set(String::new());
        self.status.set(None);
    }

    /// Handles the events of creations.
    pub fn follow(self, creation: Creation) {
        Effect::new(move |_| {
            if let Some(event) = creation.take_event() {
                untrack(|| self.handle(event));
            }
            if let (false, Some(id)) = (self.list.is_loading(), self.focus_next.get()) {
                self.focus_next.set(None);
                focus::key_or_content(id.as_str());
            }
        });
        on_cleanup(move || creation.close_form());
    }

    fn handle(self, event: ListEvent) {
        match event {
            ListEvent::Changed => {
                self.clear_filters();
                self.list.reload();
            }
            ListEvent::Open(id) => {
                if self.list.find(&id).is_none() {
                    self.list.reload();
                }
                self.focus_next.set(Some(id.clone()));
                self.opened.set(Some(id));
            }
            ListEvent::Find(id) => {
                self.status.set(None);
                self.search.set(id.to_string());
                self.opened.set(Some(id));
            }
        }
    }

    /// Opens or closes the details of a key.
    pub fn toggle(self, id: &AccessKeyId) {
        self.opened.update(|opened| *opened = if opened.as_ref() == Some(id) { None } else { Some(id.clone()) });
    }

    /// Activates or deactivates a key, and shows on which nodes that applies.
    pub fn set_status(self, call: Call, key: &AccessKey, status: Activation) {
        call.start(api::set_access_key_status(SetAccessKeyStatus { id: key.id.clone(), status }), move |set| {
            let message = confirmation::message(&set, status, dates::clock_today);
            match (status, set.pending.is_empty()) {
                (_, false) => self.toasts.warn(message),
                // It stays, so that a person can read and copy it.
                (Activation::Inactive, true) => self.toasts.success_until_dismissed(message),
                (Activation::Active, true) => self.toasts.success(message),
            }
            self.list.replace(set.key);
            self.dialog.set(None);
        });
    }

    /// Restores a deleted key.
    pub fn restore(self, call: Call, key: &AccessKey) {
        let name = key.name.clone();
        call.start(api::restore_access_key(RestoreAccessKey { id: key.id.clone() }), move |changed| {
            // A list with another filter, chosen in the meantime, may have been loaded before the restoration.
            if self.status.get_untracked() == Some(KeyStatus::Deleted) {
                self.list.remove(&changed.key.id);
                focus::content();
            } else {
                self.list.reload();
            }
            self.toasts.success(format!("“{name}” is restored. It is inactive until you activate it."));
        });
    }

    /// Removes a deleted key from the list.
    pub fn handle_deleted(self, key: &AccessKey) {
        self.dialog.set(None);
        self.list.remove(&key.id);
        focus::content();
        self.toasts.success(format!("“{}” is deleted. You can restore it under Deleted for 30 days.", key.name));
    }

    /// Shows a key with its new scopes.
    pub fn handle_scopes(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.success(match key.scopes.iter().count() {
            0 => format!("“{}” has no scopes.", key.name),
            1 => format!("“{}” has one scope.", key.name),
            several => format!("“{}” has {several} scopes.", key.name),
        });
        self.list.replace(key);
    }

    /// Shows a client with its new token lifetime.
    pub fn handle_token_lifetime(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.success(match key.token_lifetime {
            Some(lifetime) => format!("New tokens of “{}” last {} seconds.", key.name, lifetime.seconds()),
            None => format!("New tokens of “{}” last as long as the server default.", key.name),
        });
        self.list.replace(key);
    }

    /// Shows a key under its new name.
    pub fn handle_renamed(self, key: AccessKey) {
        self.dialog.set(None);
        self.toasts.success(format!("The key is now named “{}”.", key.name));
        self.list.replace(key);
    }
}
