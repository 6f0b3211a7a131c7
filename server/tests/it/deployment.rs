//! Checks what the documents promise about the files in `deploy/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Returns the text files of a folder and its subfolders, with their paths.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push((path, text));
        }
    }
    found
}

fn deployment_files() -> Vec<(PathBuf, String)> {
    files(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy"))
}

fn is_named_by_digest(image: &str) -> bool {
    let digest = image.split_once("@sha256:").map(|(_, digest)| digest);
    digest.is_some_and(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A tag can be moved to another image; a digest cannot.
#[test]
fn images_of_others_are_named_by_digest() {
    let mut images = Vec::new();
    for (path, text) in deployment_files() {
        for line in text.lines() {
            let line = line.trim_start();
            let image = ["image: ", "FROM ", "ARG BASE="].into_iter().find_map(|start| line.strip_prefix(start));
            let Some(image) = image.and_then(|rest| rest.split_whitespace().next()) else { continue };
            let is_of_others = image.contains('.') && image.contains('/');
            if is_of_others {
                assert!(is_named_by_digest(image), "{image} in {}", path.display());
                images.push(image.to_owned());
            }
        }
    }
    assert!(images.len() >= 4, "{images:?}");
}

/// Over a network, the certificate of PostgreSQL is checked. A socket on the same machine needs none.
#[test]
fn postgresql_urls_require_its_certificate() {
    let mut addresses = 0;
    for (path, text) in deployment_files() {
        for (at, _) in text.match_indices("postgres://") {
            let address: &str = text[at..].split(['\'', '"', '`', '\n', ' ']).next().unwrap();
            if address.contains("@localhost/") || !address.contains('@') {
                continue;
            }
            assert!(address.contains("sslmode=verify-full"), "{address} in {}", path.display());
            addresses += 1;
        }
    }
    assert!(addresses >= 4, "{addresses}");
}
