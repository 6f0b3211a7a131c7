//! A secret whose dialog has closed, and that can be shown again.

use latchkey_model::timestamp::Timestamp;

use super::{NewKey, Saved};

/// A secret that was saved, as far as the page can tell. It is zeroized when it is dropped.
#[derive(Debug)]
pub struct KeptSecret {
    /// Which one it is.
    pub number: u32,
    /// The key.
    pub new: Box<NewKey>,
    /// By what it was saved.
    pub saved: Saved,
    /// When it is forgotten.
    pub until: Timestamp,
}
