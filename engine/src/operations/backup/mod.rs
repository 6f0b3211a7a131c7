//! Backups of a SQLite database, and the steps after restoring an earlier state of any database, which would bring back what was
//! revoked since.

mod after_restore;
mod back_up;
mod files;
mod inspect;
mod restore;

pub use after_restore::{ActiveKeys, AfterRestore, AfterRestoreError, Ended, Tokens, after_restore, count_active_keys};
pub use back_up::{BackUpError, Backup, back_up};
pub use inspect::FileError;
pub(super) use inspect::inspect_known;
pub use restore::{Restoration, RestoreError, Restored};
