//! A value that tells when it changes.

use leptos::prelude::*;

/// A value that views read and that tells them when it changes, as a signal does.
///
/// Leptos compiles a signal anew for every type that is put into one, some five kilobytes each. This is a stored value
/// beside a trigger, and costs a tenth of that.
#[derive(Debug)]
pub struct Watched<T: 'static> {
    value: StoredValue<T>,
    changes: Trigger,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Watched<T> {}

impl<T: Send + Sync> Watched<T> {
    /// A value, as it is at first.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value: StoredValue::new(value), changes: Trigger::new() }
    }

    /// What `read` finds in it; the view or effect around runs again when it changes.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.changes.track();
        self.value.with_value(read)
    }

    /// What `read` finds in it now.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.value.with_value(read)
    }

    /// The value; the view or effect around runs again when it changes.
    #[must_use]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// The value now.
    #[must_use]
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// The value now, unless what it belonged to has left the page.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T>
    where
        T: Clone,
    {
        self.value.try_get_value()
    }

    /// Puts another value in its place. Nothing happens once what it belonged to has left the page.
    pub fn set(self, value: T) {
        if self.value.try_set_value(value).is_none() {
            self.changes.notify();
        }
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        if self.value.try_update_value(change).is_some() {
            self.changes.notify();
        }
    }
}
