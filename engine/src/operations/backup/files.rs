use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use latchkey_store::paths::{folder_of, with_suffix};

/// The endings of the files that SQLite and the process lock create beside a database.
const COMPANIONS: [&str; 4] = ["-wal", "-shm", "-journal", ".lock"];

/// An unfinished database, accessible only to its owner. Dropped before it is finished, it is removed with the files beside it.
pub(super) struct Draft(PathBuf);

impl Draft {
    /// Creates an empty file, which must not exist yet.
    pub(super) fn new(path: PathBuf) -> io::Result<Self> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns its size in bytes.
    pub(super) fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    /// Gives it its final name, which must not exist. The file is complete and survives a power cut, or does not exist.
    pub(super) fn finish_as_new(self, name: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        keep_as(&self.0, name)?;
        sync_folder_of(name)
    }

    /// Gives it its final name, and replaces the file that has that name.
    pub(super) fn finish_in_place_of(self, name: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        fs::rename(&self.0, name)?;
        sync_folder_of(name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        remove_database(&self.0);
    }
}

/// Removes a database that no process has open, and the files beside it.
pub(super) fn remove_database(path: &Path) {
    for file in COMPANIONS.map(|ending| with_suffix(path, ending)).iter().map(PathBuf::as_path).chain([path]) {
        // A missing file need not be removed. A file that cannot be removed makes the next attempt fail, with an error.
        let _ = fs::remove_file(file);
    }
}

/// Returns the files of a database: the database file, and the logs with changes that may not be in it yet.
pub(super) fn files_of(database: &Path) -> [(&'static str, PathBuf); 3] {
    ["-wal", "-journal", ""].map(|ending| (ending, with_suffix(database, ending)))
}

/// Gives a file an additional name. No existing file is overwritten. On file systems without hard links, the file is renamed.
pub(super) fn keep_as(file: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(file, name) {
        Err(error) if !matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => {
            // The name is created first, so that one of two concurrent attempts is refused.
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(name)?;
            fs::rename(file, name)
        }
        linked => linked,
    }
}

/// Makes names in a folder survive a power cut.
pub(super) fn sync_folder_of(file: &Path) -> io::Result<()> {
    File::open(folder_of(file))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_draft_never_replaces_an_existing_file() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("backup.db");
        let draft = || Draft::new(folder.path().join("draft")).unwrap();
        draft().finish_as_new(&name).unwrap();
        assert_eq!(name.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&name, "existing").unwrap();
        let refused = draft().finish_as_new(&name).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&name).unwrap(), "existing");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft remains");
    }

    #[test]
    fn a_dropped_draft_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::new(folder.path().join("draft")).unwrap();
        for ending in COMPANIONS {
            fs::write(with_suffix(draft.path(), ending), "").unwrap();
        }
        drop(draft);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
