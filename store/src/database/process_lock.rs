//! The lock that keeps a SQLite database to one process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::error::DatabaseError;
use crate::paths::{folder_of, with_suffix};

/// Takes the lock, which the operating system frees when the process ends. It is a separate file, because SQLite's own locks
/// come and go with each transaction.
pub fn lock(database: &Path) -> Result<File, DatabaseError> {
    let folder = folder_of(database);
    if !folder.is_dir() {
        return Err(DatabaseError::MissingFolder(folder.to_owned()));
    }
    let file = private_file()
        .open(with_suffix(database, ".lock"))
        .map_err(|error| DatabaseError::NotWritable(database.to_owned(), error))?;
    check_lock(file.try_lock(), database)?;
    Ok(file)
}

/// Distinguishes contention, which means that another process uses the database, from failures of the file system.
fn check_lock(locked: Result<(), TryLockError>, database: &Path) -> Result<(), DatabaseError> {
    locked.map_err(|error| match error {
        TryLockError::WouldBlock => DatabaseError::InUse(database.to_owned()),
        TryLockError::Error(error) => DatabaseError::NotLocked(database.to_owned(), error),
    })
}

/// Opens a file for writing. A new file is accessible only to its owner.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::{io, os::unix::fs::OpenOptionsExt};

    use super::*;

    fn refusal(locked: Result<(), TryLockError>) -> String {
        check_lock(locked, Path::new("./data/latchkey.db")).unwrap_err().to_string()
    }

    #[test]
    fn only_contention_is_reported_as_another_process() {
        let line = refusal(Err(TryLockError::WouldBlock));
        assert_eq!(line, "the database is in use by another latchkey process: ./data/latchkey.db");
        // ENOLCK, EOPNOTSUPP, ENOSYS, EIO, EROFS, EACCES, EPERM, ESTALE, EINVAL: what NFS, SMB and FUSE answer.
        for number in [37, 95, 38, 5, 30, 13, 1, 116, 22] {
            let error = io::Error::from_raw_os_error(number);
            let line = refusal(Err(TryLockError::Error(io::Error::from_raw_os_error(number))));
            let expected =
                format!("the database cannot be locked: ./data/latchkey.db: {error}; use a local disk or PostgreSQL");
            assert_eq!(line, expected);
        }
        let line = refusal(Err(TryLockError::Error(io::Error::from_raw_os_error(12))));
        assert!(!line.contains("local disk"), "ENOMEM is not about the disk: {line}");
    }

    #[test]
    fn a_failure_to_lock_is_not_reported_as_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        private_file().open(&path).unwrap();
        // O_PATH: a descriptor that flock refuses with EBADF.
        let file = OpenOptions::new().read(true).custom_flags(0o10_000_000).open(&path).unwrap();
        let line = refusal(file.try_lock());
        assert!(line.starts_with("the database cannot be locked: ") && line.contains("os error 9"), "{line}");
    }

    #[test]
    fn a_second_lock_is_reported_as_contention() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let first = lock(&database).unwrap();
        assert!(matches!(lock(&database), Err(DatabaseError::InUse(path)) if path == database));
        drop(first);
        assert!(lock(&database).is_ok());
    }
}
