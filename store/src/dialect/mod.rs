//! Everything in which SQLite and PostgreSQL differ.

pub mod catalogue;
mod kind;
mod location;
pub mod nodes;
pub mod readers;
mod sqlite;
pub mod sqlite_file;

pub use kind::{Dialect, GroupSize, LockedTable};
pub use location::{DatabaseUrlError, Location};
pub(crate) use sqlite::{SQLITE_PRAGMAS, sqlite_url};
