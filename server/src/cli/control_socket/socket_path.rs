use std::{
    fs::File,
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

/// The longest path, in bytes, that fits into the address of a Unix socket with its terminating zero (unix(7)).
const MAX_PATH_LENGTH: usize = 107;

/// The longest file name, in bytes, that fits after `/proc/self/fd/…/`.
const MAX_NAME_LENGTH: usize = 80;

/// Returns the socket file of a database: its name with the suffix `.sock`, or a short name derived from that if it
/// would not fit.
pub(super) fn socket_file(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(".sock");
    if name.len() > MAX_NAME_LENGTH {
        let digest = digest(&SHA256, name.as_encoded_bytes());
        let digits = digest.as_ref().iter().take(16).fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        name = format!(".latchkey-{digits}.sock").into();
    }
    database.with_file_name(name)
}

/// A path of a socket that fits into an address. It is valid as long as this value lives.
pub(super) struct SocketAddress {
    path: PathBuf,
    _folder: Option<File>,
}

impl SocketAddress {
    /// Shortens a path that is too long by a descriptor of its folder.
    pub(super) fn new(file: &Path) -> io::Result<Self> {
        if file.as_os_str().len() <= MAX_PATH_LENGTH {
            return Ok(Self { path: file.to_owned(), _folder: None });
        }
        let folder = File::open(file.parent().unwrap_or(Path::new(".")))?;
        let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string());
        Ok(Self { path: path.join(file.file_name().unwrap_or_default()), _folder: Some(folder) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_path_fits_into_a_socket_address() {
        assert_eq!(socket_file(Path::new("./data/latchkey.db")), Path::new("./data/latchkey.db.sock"));
        assert_eq!(socket_file(Path::new("x.db")), Path::new("x.db.sock"));
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("f".repeat(200));
        std::fs::create_dir(&deep).unwrap();
        let mut seen = Vec::new();
        for length in [3, 70, 80, 150, 240] {
            for letter in ["a", "b"] {
                let file = socket_file(&deep.join(letter.repeat(length)));
                assert_eq!(file.parent().unwrap(), deep);
                assert!(SocketAddress::new(&file).unwrap().path().as_os_str().len() <= MAX_PATH_LENGTH, "{length}");
                assert!(!seen.contains(&file), "{}", file.display());
                seen.push(file);
            }
        }
    }
}
