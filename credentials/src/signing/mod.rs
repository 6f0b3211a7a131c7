//! The keys that sign access tokens: made on first start, renewed by age, sealed at rest.

mod algorithm;
mod key_pair;
mod key_ring;
mod keys;
mod rotate;
mod sealing;
mod signer;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub(crate) use key_ring::{KeyRing, Unverified};
pub use keys::{Rotation, SigningFailed, SigningKeysError, SigningPolicy};
pub(crate) use keys::{SigningKeys, StoredKeys};
pub use sealing::{SealingKey, SealingKeyError};
