//! The document of standards tells the truth: every test that it cites exists.

use std::{fs, path::PathBuf};

/// Where a file stands that the document names.
fn path(cited: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    match cited.split_once('/') {
        Some(("it", file)) => root.join("server/tests/it").join(file),
        Some(("engine", file)) => root.join("credentials/tests/it").join(file),
        _ => root.join(cited),
    }
}

#[test]
fn every_test_that_the_document_of_standards_cites_exists() {
    let document = include_str!("../../../docs/standards.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut cited = 0;
    for row in rows.filter(|row| !row.starts_with("section ")) {
        let tests = row.rsplit(" | ").next().unwrap();
        let mut source = String::new();
        for name in tests.split('`').skip(1).step_by(2) {
            if name.contains('/') {
                source = fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            } else {
                assert!(source.contains(&format!("fn {name}(")), "there is no test {name}, which this cites: {row}");
                cited += 1;
            }
        }
        assert!(!tests.is_empty(), "nothing shows this: {row}");
    }
    assert!(cited > 40, "{cited}");
}
