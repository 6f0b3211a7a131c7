//! The secrets that Latchkey generates: their format and their stored tag.

mod format;
mod prefix;
mod tag;

pub(crate) use format::{ParsedSecret, generate};
pub use prefix::{InvalidPrefix, SecretPrefix};
pub(crate) use tag::SecretTag;
