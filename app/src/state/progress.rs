//! Whether something that is shown once was saved.

/// How a secret was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavedBy {
    /// The browser was asked to save the file.
    Downloaded,
    /// The browser has copied it.
    Copied,
}

/// Whether the secret or link that is shown was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Neither downloaded nor copied.
    NotSaved,
    /// Not saved, and the page asks whether to close the dialog all the same.
    AskedToClose,
    /// Downloaded or copied.
    Saved(SavedBy),
}
