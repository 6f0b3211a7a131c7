//! Secrets, hashes, digests, sealing and signatures.

pub mod hashing;
pub(crate) mod keyed_digest;
pub(crate) mod public_key_check;
pub(crate) mod sealing;
pub(crate) mod secret;
pub(crate) mod signed_jwt;
mod token_digest;
pub(crate) mod token_tags;

pub(crate) use token_digest::token_digest;
