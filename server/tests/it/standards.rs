//! Checks the documents that cite tests: each of the tests exists.

use std::{fs, path::PathBuf};

/// Returns the file that a document names. `it/` stands for the server's tests.
fn path(cited: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    match cited.split_once('/') {
        Some(("it", file)) => root.join("server/tests/it").join(file),
        _ => root.join(cited),
    }
}

/// Returns whether a source contains a test of this name: a function in Rust, a title in TypeScript.
fn has_test(source: &str, name: &str) -> bool {
    source.contains(&format!("fn {name}("))
        || source.contains(&format!("test(\"{name}\""))
        || source.contains(&format!("test(`{name}`"))
}

/// Checks the last column of each row of a document's tables, and returns how many tests they cite. A file without a
/// name after it stands for all of its tests.
fn check(document: &str) -> usize {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut cited = 0;
    for row in rows.filter(|row| !row.starts_with("section ") && !row.starts_with("entry ")) {
        let tests = row.rsplit(" | ").next().unwrap();
        let mut source = String::new();
        let mut files = 0;
        for name in tests.split('`').skip(1).step_by(2) {
            let is_file = name.contains('/') && !name.contains(' ');
            if is_file {
                source = fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
                files += 1;
            } else {
                assert!(has_test(&source, name), "there is no test {name}, which this cites: {row}");
                cited += 1;
            }
        }
        assert!(!tests.is_empty(), "nothing shows this: {row}");
        assert!(files > 0 || !document.starts_with("# The field"), "no test is cited: {row}");
    }
    cited
}

#[test]
fn every_test_cited_in_the_standards_exists() {
    let cited = check(include_str!("../../../docs/standards.md"));
    assert!(cited > 40, "{cited}");
}

#[test]
fn every_test_cited_in_the_field_document_exists() {
    let document = include_str!("../../../docs/field.md");
    let cited = check(document);
    assert!(cited > 50, "{cited}");
    let is_entry = |row: &str, entry: u32| row.starts_with(&format!("| {entry} | "));
    for entry in 1..=49 {
        assert_eq!(document.lines().filter(|row| is_entry(row, entry)).count(), 1, "entry {entry}");
    }
}
