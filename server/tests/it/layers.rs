//! The folders of the server's source depend on each other in one direction.

use std::{fs, path::Path};

/// Each folder may use only those after it.
const FOLDERS: [&str; 4] = ["cli", "http", "observability", "settings"];

/// Returns the imports from this crate in every file below a folder.
fn imports(folder: &Path) -> Vec<String> {
    let mut imports = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            imports.extend(self::imports(&path));
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let statements = source.split("use crate::").skip(1).filter_map(|rest| rest.split(';').next());
        imports.extend(statements.map(|statement| format!("{}: {statement}", path.display())));
    }
    imports
}

#[test]
fn folders_use_only_those_after_them() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (index, folder) in FOLDERS.iter().enumerate() {
        for import in imports(&source.join(folder)) {
            let (_, statement) = import.split_once(": ").unwrap();
            let mut words = statement.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            assert!(words.all(|word| !FOLDERS[..index].contains(&word)), "{import}");
        }
    }
}
