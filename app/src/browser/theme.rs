//! The theme that the reader has chosen, stored by the browser. The shell's first script applies it before the page is painted;
//! this module must use the same names as that script.

/// A choice of colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// The system's setting.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The name under which the choice is stored; also that of the attribute on `<html>`, after `data-`.
const STORED_AS: &str = "theme";
const ATTRIBUTE: &str = "data-theme";

impl Theme {
    const fn stored_value(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Returns the stored choice.
    #[must_use]
    pub fn chosen() -> Self {
        let storage = super::window().local_storage().ok().flatten();
        match storage.and_then(|storage| storage.get_item(STORED_AS).ok().flatten()).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Applies the theme and stores it. A browser that stores nothing forgets it.
    pub fn choose(self) {
        if let Some(root) = super::document().document_element() {
            // Cannot fail for an attribute with this name.
            let _ = match self.stored_value() {
                Some(value) => root.set_attribute(ATTRIBUTE, value),
                None => root.remove_attribute(ATTRIBUTE),
            };
        }
        if let Ok(Some(storage)) = super::window().local_storage() {
            // A choice that cannot be stored still applies to this page.
            let _ = match self.stored_value() {
                Some(value) => storage.set_item(STORED_AS, value),
                None => storage.remove_item(STORED_AS),
            };
        }
    }
}
