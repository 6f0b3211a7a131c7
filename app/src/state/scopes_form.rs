//! The state of the dialog that sets a key's scopes.

use std::collections::BTreeSet;

use latchkey_model::{
    access_key::{AccessKey, SetAccessKeyScopes},
    problem::{Field, Problem},
    scope::{DefineScope, DeleteScope, Scope, ScopeName, Scopes},
};
use leptos::prelude::*;

use super::{Call, Page, Pages};
use crate::api;

/// The scopes that a key can have, and those that are chosen for it.
#[derive(Debug, Clone, Copy)]
pub struct ScopesForm {
    /// The scopes of the organization.
    pub scopes: Pages<Scope>,
    chosen: RwSignal<BTreeSet<ScopeName>>,
}

impl ScopesForm {
    /// Starts with the scopes that the key has, and loads those of the organization.
    #[must_use]
    pub fn new(carried: &Scopes) -> Self {
        let scopes = Pages::new("scope-choices", |request| {
            Box::pin(async {
                let page = api::list_scopes(request).await?;
                Ok(Page { entries: page.scopes, next_cursor: page.next_cursor })
            })
        });
        Effect::new(move |_| scopes.reload());
        Self { scopes, chosen: RwSignal::new(carried.iter().cloned().collect()) }
    }

    /// Whether a scope is chosen.
    #[must_use]
    pub fn has_chosen(self, name: &ScopeName) -> bool {
        self.chosen.with(|chosen| chosen.contains(name))
    }

    /// Chooses a scope or removes it.
    pub fn choose(self, name: &ScopeName, is_chosen: bool) {
        self.chosen.update(|chosen| {
            if is_chosen {
                chosen.insert(name.clone());
            } else {
                chosen.remove(name);
            }
        });
    }

    /// Adds a scope to the organization and chooses it. It is shown first, whichever page it will be on.
    pub fn define(self, call: Call, scope: DefineScope, then: impl FnOnce() + 'static) {
        call.start(api::define_scope(scope), move |defined| {
            self.choose(&defined.scope.name, true);
            self.scopes.change(|scopes| {
                scopes.retain(|scope| scope.name != defined.scope.name);
                scopes.insert(0, defined.scope);
            });
            then();
        });
    }

    /// Deletes a scope that no key has.
    pub fn delete(self, call: Call, name: ScopeName) {
        call.start(api::delete_scope(DeleteScope { name: name.clone() }), move |_| {
            self.choose(&name, false);
            self.scopes.change(|scopes| scopes.retain(|scope| scope.name != name));
        });
    }

    /// Sets the chosen scopes on the key.
    pub fn save(self, call: Call, key: &AccessKey, then: impl FnOnce(AccessKey) + 'static) {
        match self.chosen.get_untracked().try_into() {
            Ok(scopes) => {
                call.start(
                    api::set_access_key_scopes(SetAccessKeyScopes { id: key.id.clone(), scopes }),
                    move |changed| then(changed.key),
                );
            }
            Err(error) => {
                let error: latchkey_model::scope::InvalidScope = error;
                call.fail(Problem::at_field(Field::SCOPES, error.to_string()));
            }
        }
    }
}
