//! The keys that sign access tokens: made on first start, renewed by age, sealed at rest.

mod algorithm;
mod key_pair;
mod key_ring;
mod keys;
mod reseal;
mod rotate;
mod sealing;
mod signer;
mod stored;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub(crate) use key_ring::{KeyRing, Unverified};
pub(crate) use keys::SigningKeys;
pub use keys::{Rotation, SigningFailed, SigningKeysError, SigningPolicy};
pub(crate) use sealing::SealingKeys;
pub use sealing::{SealingKey, SealingKeyError};
pub use stored::SigningKeysAtOpening;
