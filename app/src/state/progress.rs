//! How far a person has come with what is shown once.

/// By what a secret was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// The browser was asked to save the file.
    Downloaded,
    /// The browser has copied it.
    Copied,
}

/// How far a person has come with the secret that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Neither downloaded nor copied.
    NotSaved,
    /// Wants to close the dialog all the same.
    AskedToClose,
    /// Downloaded or copied.
    Saved(Saved),
}
