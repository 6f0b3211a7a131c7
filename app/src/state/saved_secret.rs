//! A secret whose dialog has closed, and that can be shown again.

use latchkey_model::timestamp::Timestamp;

use super::{NewKey, SavedBy};

/// A secret that was saved, as far as the page knows. It is zeroized when it is dropped.
#[derive(Debug)]
pub struct SavedSecret {
    /// Identifies it in the page.
    pub number: u32,
    /// The key.
    pub new: Box<NewKey>,
    /// How it was saved.
    pub saved_by: SavedBy,
    /// When the page forgets it.
    pub until: Timestamp,
}
