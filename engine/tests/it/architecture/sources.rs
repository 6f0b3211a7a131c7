//! Reads which files of a crate use which, from their `use` statements.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The sources of one crate: the text of each file by its path below `src`, without comments and unit tests.
pub struct Sources(BTreeMap<PathBuf, String>);

impl Sources {
    pub fn read(crate_folder: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(crate_folder).join("src");
        let mut files = BTreeMap::new();
        collect(&root, &root, &mut files);
        Self(files)
    }

    pub fn file_count(&self) -> usize {
        self.0.len()
    }

    /// Returns the file of a module path, and the rest of the path after the module.
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

    /// Returns the file that defines the item of a path. Follows re-exports in the root of a module.
    fn definition(&self, path: &[String]) -> PathBuf {
        let (file, rest) = self.resolve(path);
        let Some(name) = rest.first().filter(|_| is_module_root(&file)) else { return file };
        let exported = uses(&self.0[&file]).into_iter().find(|(_, used)| used.last() == Some(name));
        match exported.map(|(_, used)| absolute(&file, &used)) {
            Some(Some(target)) if target != path => self.definition(&target),
            _ => file,
        }
    }

    /// Returns which files each file uses. The re-exports of a module's root do not count.
    pub fn dependencies(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut dependencies = BTreeMap::new();
        for (file, source) in &self.0 {
            let used = uses(source).into_iter().filter(|(is_public, _)| !(is_module_root(file) && *is_public));
            let inline = inline_paths(source).into_iter();
            let targets = used.map(|(_, path)| path).chain(inline).filter_map(|path| absolute(file, &path));
            let targets = targets.map(|path| self.definition(&path)).filter(|target| target != file);
            dependencies.insert(file.clone(), targets.collect::<BTreeSet<_>>());
        }
        dependencies
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
        let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        files.insert(name, lines.collect::<Vec<_>>().join("\n"));
    }
}

/// Returns whether a file is the root of a module in a folder, which re-exports its items.
fn is_module_root(file: &Path) -> bool {
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
            // The parent of a root is the folder above it; the parent of another file is its folder.
            if is_module_root(file) {
                module.pop();
            }
            let rest = path.iter().skip_while(|word| *word == "super");
            for _ in path.iter().take_while(|word| *word == "super").skip(1) {
                module.pop();
            }
            Some(module.into_iter().chain(rest.cloned()).collect())
        }
        // A root names its children without `self`.
        _ if is_module_root(file) => {
            let child: PathBuf = folder.join(first);
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
            let exists = ["engine/src", "store/src", "model/src"].iter().any(|source| {
                let path = root.join(source).join(&child);
                path.with_extension("rs").exists() || path.join("mod.rs").exists()
            });
            exists.then(|| module.into_iter().chain(path.iter().cloned()).collect())
        }
        _ => None,
    }
}

#[test]
fn a_statement_is_expanded_into_its_paths() {
    let source = "pub(crate) use a::B;\nuse crate::{\n    c::{self, D},\n    e::F as G,\n};\nfn used() {}";
    let paths: Vec<_> = uses(source).into_iter().map(|(is_public, path)| (is_public, path.join("::"))).collect();
    let expected = [(true, "a::B"), (false, "crate::c"), (false, "crate::c::D"), (false, "crate::e::F")];
    assert_eq!(paths, expected.map(|(is_public, path)| (is_public, path.to_owned())));
}
