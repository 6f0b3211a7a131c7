//! The modules of the store and the engine depend on each other in one direction, and no files form a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The modules of the engine, from the top floor down. A module may use only those after it.
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

/// The modules of the store, in the same way.
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

/// The sources of one crate: the text of each file by its path below `src`, without comments and unit tests.
struct Sources(BTreeMap<PathBuf, String>);

impl Sources {
    fn read(crate_folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(crate_folder).join("src");
        let mut files = BTreeMap::new();
        collect(&root, &root, &mut files);
        Self(files)
    }

    /// Returns the file of a module path, and what is left of the path after it.
    fn resolve<'p>(&self, path: &'p [String]) -> (PathBuf, &'p [String]) {
        for length in (1..=path.len()).rev() {
            let folder: PathBuf = path[..length].iter().collect();
            for file in [folder.with_extension("rs"), folder.join("mod.rs")] {
                if self.0.contains_key(&file) {
                    return (file, &path[length..]);
                }
            }
        }
        ("lib.rs".into(), path)
    }

    /// Returns the file that defines what a path names: re-exports in the face of a folder are followed.
    fn definition(&self, path: &[String]) -> PathBuf {
        let (file, rest) = self.resolve(path);
        let Some(name) = rest.first().filter(|_| is_face(&file)) else { return file };
        let exported = uses(&self.0[&file]).into_iter().find(|(_, used)| used.last() == Some(name));
        match exported.map(|(_, used)| absolute(&file, &used)) {
            Some(Some(target)) if target != path => self.definition(&target),
            _ => file,
        }
    }

    /// Returns which files each file uses. The re-exports of a face are not uses.
    fn arrows(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut arrows = BTreeMap::new();
        for (file, source) in &self.0 {
            let used = uses(source).into_iter().filter(|(is_public, _)| !(is_face(file) && *is_public));
            let inline = inline_paths(source).into_iter();
            let targets = used.map(|(_, path)| path).chain(inline).filter_map(|path| absolute(file, &path));
            let targets = targets.map(|path| self.definition(&path)).filter(|target| target != file);
            arrows.insert(file.clone(), targets.collect::<BTreeSet<_>>());
        }
        arrows
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().to_owned();
        let is_test = ["tests.rs", "testing.rs", "hostile_tokens.rs", "list_plans.rs"];
        if is_test.iter().any(|test| name.ends_with(test)) || name.extension().is_none_or(|extension| extension != "rs")
        {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        files.insert(name, lines.collect::<Vec<_>>().join("\n"));
    }
}

/// Returns whether a file is the face of a folder, which re-exports what is in it.
fn is_face(file: &Path) -> bool {
    file.ends_with("mod.rs") || file.ends_with("lib.rs")
}

/// Returns the paths of all `use` statements, each with whether it re-exports.
fn uses(source: &str) -> Vec<(bool, Vec<String>)> {
    let mut all = Vec::new();
    for statement in source.split(';') {
        let Some(start) = find_use(statement) else { continue };
        let before = statement[..start].rsplit('\n').next().unwrap();
        let is_public = before.trim_start().starts_with("pub");
        let mut paths = Vec::new();
        expand(&[], statement[start + "use ".len()..].trim(), &mut paths);
        all.extend(paths.into_iter().map(|path| (is_public, path)));
    }
    all
}

fn find_use(statement: &str) -> Option<usize> {
    let mut lines = statement.match_indices("use ").map(|(index, _)| index);
    lines.find(|index| {
        let before = statement[..*index].rsplit('\n').next().unwrap();
        let words = before.trim();
        words.is_empty() || words == "pub" || (words.starts_with("pub(") && words.ends_with(')'))
    })
}

/// Expands the tree of a `use` statement into paths.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some(inner) = tree.strip_prefix('{') {
        for part in split(inner.trim_end().strip_suffix('}').unwrap()) {
            expand(prefix, part, paths);
        }
        return;
    }
    let end = tree.find('{').unwrap_or(tree.len());
    let words = tree[..end].split(" as ").next().unwrap();
    let mut path = prefix.to_vec();
    path.extend(words.split("::").map(str::trim).filter(|word| !word.is_empty() && *word != "self").map(str::to_owned));
    if end == tree.len() { paths.push(path) } else { expand(&path, &tree[end..], paths) }
}

/// Splits the members of a `use` tree at its commas.
fn split(tree: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (index, character) in tree.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&tree[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// Returns the paths of this crate that are written in full outside `use` statements.
fn inline_paths(source: &str) -> Vec<Vec<String>> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_' || character == ':';
    // The module of a restricted visibility is not used.
    let source = source.replace("pub(in crate::", "pub(in ");
    let full = source.split("crate::").skip(1).map(|rest| rest.split(|character| !is_word(character)).next().unwrap());
    let full = full.filter(|path| !path.is_empty());
    full.map(|path| std::iter::once("crate").chain(path.split("::")).map(str::to_owned).collect()).collect()
}

/// Returns a path from the root of the crate, or `None` if it leads to another crate.
fn absolute(file: &Path, path: &[String]) -> Option<Vec<String>> {
    let folder = file.parent().unwrap();
    let mut module: Vec<String> = folder.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    let first = path.first()?;
    match first.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "super" => {
            // The parent of a face is the folder above it; of another file, its folder.
            if is_face(file) {
                module.pop();
            }
            let rest = path.iter().skip_while(|word| *word == "super");
            for _ in path.iter().take_while(|word| *word == "super").skip(1) {
                module.pop();
            }
            Some(module.into_iter().chain(rest.cloned()).collect())
        }
        // A face names its children without `self`.
        _ if is_face(file) => {
            let child: PathBuf = folder.join(first);
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            let exists = ["engine/src", "store/src"].iter().any(|source| {
                let path = root.join(source).join(&child);
                path.with_extension("rs").exists() || path.join("mod.rs").exists()
            });
            exists.then(|| module.into_iter().chain(path.iter().cloned()).collect())
        }
        _ => None,
    }
}

fn module_of(file: &Path) -> String {
    let first = file.iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn check_floors(crate_folder: &str, floors: &[&str]) {
    let sources = Sources::read(crate_folder);
    let floor = |file: &Path| {
        let module = module_of(file);
        floors.iter().position(|name| *name == module).unwrap_or_else(|| panic!("{module} has no floor"))
    };
    let mut arrows = 0;
    for (file, targets) in sources.arrows().iter().filter(|(file, _)| !file.ends_with("lib.rs")) {
        for target in targets.iter().filter(|target| !target.ends_with("lib.rs")) {
            assert!(floor(file) <= floor(target), "{} uses {}, which is above it", file.display(), target.display());
            arrows += 1;
        }
    }
    assert!(arrows > sources.0.len(), "only {arrows} arrows were found");
}

fn check_no_circle(crate_folder: &str) {
    let mut arrows = Sources::read(crate_folder).arrows();
    arrows.remove(Path::new("lib.rs"));
    // Files that use no remaining file, or that no remaining file uses, are not part of a circle.
    loop {
        let used: BTreeSet<PathBuf> = arrows.values().flatten().cloned().collect();
        let remaining: BTreeSet<PathBuf> = arrows.keys().filter(|file| used.contains(*file)).cloned().collect();
        let before = arrows.len();
        for targets in arrows.values_mut() {
            targets.retain(|target| remaining.contains(target));
        }
        arrows.retain(|file, targets| remaining.contains(file) && !targets.is_empty());
        if arrows.len() == before {
            break;
        }
    }
    assert!(arrows.is_empty(), "these files form a circle: {arrows:#?}");
}

#[test]
fn the_engine_uses_only_what_is_below() {
    check_floors("engine", ENGINE);
}

#[test]
fn the_store_uses_only_what_is_below() {
    check_floors("store", STORE);
}

#[test]
fn no_files_of_the_engine_form_a_circle() {
    check_no_circle("engine");
}

#[test]
fn no_files_of_the_store_form_a_circle() {
    check_no_circle("store");
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

#[test]
fn a_statement_is_expanded_into_its_paths() {
    let source = "pub(crate) use a::B;\nuse crate::{\n    c::{self, D},\n    e::F as G,\n};\nfn used() {}";
    let paths: Vec<_> = uses(source).into_iter().map(|(is_public, path)| (is_public, path.join("::"))).collect();
    let expected = [(true, "a::B"), (false, "crate::c"), (false, "crate::c::D"), (false, "crate::e::F")];
    assert_eq!(paths, expected.map(|(is_public, path)| (is_public, path.to_owned())));
}
