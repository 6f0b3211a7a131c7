use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use latchkey_store::paths::{folder_of, with_suffix};

/// What SQLite, and the process lock, keep beside a database.
const COMPANIONS: [&str; 4] = ["-wal", "-shm", "-journal", ".lock"];

/// A database in the making, for its owner alone. Dropped before it has its name, it goes, with whatever is beside it.
pub(super) struct Draft(PathBuf);

impl Draft {
    /// Makes an empty file, which must not be there yet.
    pub(super) fn new(path: PathBuf) -> io::Result<Self> {
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// How many bytes it has.
    pub(super) fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    /// Gives it its name, which nothing must have: it is there whole, and survives a power cut, or it is not there.
    pub(super) fn finish_as_new(self, name: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        keep_as(&self.0, name)?;
        sync_folder_of(name)
    }

    /// Gives it its name, in place of what has it.
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

/// Removes a database that nobody has open, and what is beside it.
pub(super) fn remove_database(path: &Path) {
    for file in COMPANIONS.map(|ending| with_suffix(path, ending)).iter().map(PathBuf::as_path).chain([path]) {
        // What is not there need not go; what cannot go is only in the way, and the next attempt says so.
        let _ = fs::remove_file(file);
    }
}

/// The files of a database: the one of its name, and what of it may not have been written there yet.
pub(super) fn files_of(database: &Path) -> [(&'static str, PathBuf); 3] {
    ["-wal", "-journal", ""].map(|ending| (ending, with_suffix(database, ending)))
}

/// Gives a file one more name. Nothing that has the name is overwritten. Where a file can have one name only, it loses the other.
pub(super) fn keep_as(file: &Path, name: &Path) -> io::Result<()> {
    match fs::hard_link(file, name) {
        Err(error) if !matches!(error.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => {
            // The name is claimed first, so that of two that come at once one is refused.
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
    fn a_draft_gets_its_name_once_and_never_anothers() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("backup.db");
        let draft = || Draft::new(folder.path().join("draft")).unwrap();
        draft().finish_as_new(&name).unwrap();
        assert_eq!(name.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&name, "what was there").unwrap();
        let refused = draft().finish_as_new(&name).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&name).unwrap(), "what was there");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_draft_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let draft = Draft::new(folder.path().join("draft")).unwrap();
        for ending in COMPANIONS {
            fs::write(with_suffix(draft.path(), ending), "").unwrap();
        }
        drop(draft);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
