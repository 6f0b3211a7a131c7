//! Work on a whole installation: housekeeping, backup and restore, moving to another database.

pub mod backup;
pub mod housekeeping;
pub mod move_database;
