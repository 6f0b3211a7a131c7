//! The commands of the command line, one file each.

mod after_restore;
mod backup;
mod create_organization;
mod error;
mod migrate_database;
mod open_engine;
mod output;
mod reset_password;
mod restore;
mod rotate_signing_keys;
mod run_or_delegate;
mod serve;

pub use self::error::CommandError;
pub(super) use self::{
    after_restore::{AfterRestoreOptions, after_restore},
    backup::backup,
    create_organization::create_organization,
    migrate_database::migrate_database,
    reset_password::reset_password,
    restore::restore,
    rotate_signing_keys::rotate_signing_keys,
    serve::serve,
};
