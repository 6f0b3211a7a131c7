//! The title of the window.

/// Sets it.
pub fn set(title: &str) {
    super::document().set_title(title);
}
