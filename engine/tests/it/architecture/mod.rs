//! Checks that the modules of the store and the engine depend on each other in one direction, and that no files of these
//! crates or of the model form a cycle.

mod sources;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sources::Sources;

/// The modules of the engine, from the top layer down. A module may use only modules after it.
const ENGINE: &[&str] = &[
    "fuzzing",
    "bench",
    "operations",
    "engine",
    "installation",
    "settings",
    "open_error",
    "statistics",
    "problems",
    "oauth",
    "verification",
    "keys",
    "people",
    "usage",
    "key_cache",
    "signing",
    "audit",
    "cluster",
    "call_writes",
    "refusal_log",
    "crypto",
    "limits",
    "paging",
    "rate_limit",
    "random",
    "concurrency",
    "per_thread_counter",
    "time",
    "base62",
];

/// The modules of the store, in the same order.
const STORE: &[&str] = &[
    "access_keys",
    "audit_records",
    "installation",
    "member_devices",
    "one_time_links",
    "sessions",
    "members",
    "organizations",
    "revoked_tokens",
    "scopes",
    "signing_keys",
    "used_assertions",
    "problem",
    "database",
    "tables",
    "transaction_pooler",
    "dialect",
    "cluster",
    "connection",
    "query",
    "column",
    "statement",
    "token_digest",
    "paths",
    "error",
    "error_causes",
    "write_gate",
];

fn module_of(file: &Path) -> String {
    let first = file.iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn assert_layers(crate_folder: &str, layers: &[&str]) {
    let sources = Sources::read(crate_folder);
    let layer = |file: &Path| {
        let module = module_of(file);
        layers
            .iter()
            .position(|name| *name == module)
            .unwrap_or_else(|| panic!("{module} is not in the list of layers"))
    };
    let mut dependencies = 0;
    for (file, targets) in sources.dependencies().iter().filter(|(file, _)| !file.ends_with("lib.rs")) {
        for target in targets.iter().filter(|target| !target.ends_with("lib.rs")) {
            assert!(layer(file) <= layer(target), "{} uses {}, which is above it", file.display(), target.display());
            dependencies += 1;
        }
    }
    assert!(dependencies > sources.file_count(), "only {dependencies} dependencies were found");
}

fn assert_no_cycle(crate_folder: &str) {
    let mut dependencies = Sources::read(crate_folder).dependencies();
    dependencies.remove(Path::new("lib.rs"));
    // Files that use no remaining file, or that no remaining file uses, are not part of a cycle.
    loop {
        let used: BTreeSet<PathBuf> = dependencies.values().flatten().cloned().collect();
        let remaining: BTreeSet<PathBuf> = dependencies.keys().filter(|file| used.contains(*file)).cloned().collect();
        let before = dependencies.len();
        for targets in dependencies.values_mut() {
            targets.retain(|target| remaining.contains(target));
        }
        dependencies.retain(|file, targets| remaining.contains(file) && !targets.is_empty());
        if dependencies.len() == before {
            break;
        }
    }
    assert!(dependencies.is_empty(), "these files form a cycle: {dependencies:#?}");
}

#[test]
fn engine_modules_use_only_modules_below_them() {
    assert_layers("engine", ENGINE);
}

#[test]
fn store_modules_use_only_modules_below_them() {
    assert_layers("store", STORE);
}

#[test]
fn engine_files_form_no_cycle() {
    assert_no_cycle("engine");
}

#[test]
fn store_files_form_no_cycle() {
    assert_no_cycle("store");
}

#[test]
fn model_files_form_no_cycle() {
    assert_no_cycle("model");
}

/// The crates, with the crates of the workspace that each may depend on.
const CRATES: [(&str, &[&str]); 6] = [
    ("model", &[]),
    ("store", &["model"]),
    ("engine", &["model", "store"]),
    ("app", &["model", "engine"]),
    ("frontend", &["app"]),
    ("server", &["model", "engine", "app"]),
];

#[test]
fn crates_depend_on_each_other_in_one_direction() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (name, allowed) in CRATES {
        let manifest = fs::read_to_string(root.join(name).join("Cargo.toml")).unwrap();
        let own = format!("latchkey-{name}");
        let dependencies = manifest.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let dependencies = dependencies.filter(|dependency| *dependency != own);
        for dependency in dependencies.filter_map(|dependency| dependency.strip_prefix("latchkey-")) {
            assert!(allowed.contains(&dependency), "{name} depends on {dependency}");
        }
    }
}
