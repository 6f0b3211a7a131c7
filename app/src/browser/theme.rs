//! Light or dark: the reader's choice, kept by the browser. The shell's first script applies it before the page is
//! painted; this module must agree with that script on the names.

/// The colours that the reader asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Under what name the choice is stored; also the name of the attribute on `<html>`, after `data-`.
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

    /// The choice that was made earlier.
    #[must_use]
    pub fn chosen() -> Self {
        let storage = super::window().local_storage().ok().flatten();
        match storage.and_then(|storage| storage.get_item(STORED_AS).ok().flatten()).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// Shows the page in these colours, now and from now on. A browser that stores nothing forgets them.
    pub fn choose(self) {
        if let Some(root) = super::document().document_element() {
            // Fails for no attribute of this name.
            let _ = match self.stored_value() {
                Some(value) => root.set_attribute(ATTRIBUTE, value),
                None => root.remove_attribute(ATTRIBUTE),
            };
        }
        if let Ok(Some(storage)) = super::window().local_storage() {
            // What cannot be stored still applies to this page.
            let _ = match self.stored_value() {
                Some(value) => storage.set_item(STORED_AS, value),
                None => storage.remove_item(STORED_AS),
            };
        }
    }
}
