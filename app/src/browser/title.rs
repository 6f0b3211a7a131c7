//! The title of the window.

/// Sets the title.
pub fn set(title: &str) {
    super::document().set_title(title);
}
