//! The keys that sign access tokens: made on first start, sealed at rest.

mod keys;
mod sealing;

pub(crate) use keys::SigningKeys;
pub use keys::{SigningFailed, SigningKeysError};
pub use sealing::{SealingKey, SealingKeyError};
