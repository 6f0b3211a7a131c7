//! The site that cargo-leptos builds: embedded in a release, read from its folder by a debug build.

use latchkey_app::shell::SiteFiles;
use rust_embed::RustEmbed;

/// The built site.
#[derive(RustEmbed)]
#[folder = "$LATCHKEY_SITE"]
pub struct Site;

const NAME: &str = "latchkey";

/// The URLs of the three files that a page begins with. A release has them by hashed names alone.
pub(crate) fn site_files<S: RustEmbed>() -> SiteFiles {
    SiteFiles { javascript: url::<S>("js"), wasm: url::<S>("wasm"), stylesheet: url::<S>("css") }
}

fn url<S: RustEmbed>(extension: &str) -> String {
    let plain = format!("pkg/{NAME}.{extension}");
    let name = if S::get(&plain).is_some() { plain } else { hashed::<S>(extension).unwrap_or(plain) };
    format!("/{name}")
}

fn hashed<S: RustEmbed>(extension: &str) -> Option<String> {
    let mut names = S::iter();
    names.find(|name| has_hash(name) && name.ends_with(&format!(".{extension}"))).map(Into::into)
}

/// Whether a file's name holds a hash of what it holds: `pkg/latchkey.HASH.css`.
pub(crate) fn has_hash(path: &str) -> bool {
    let inner = path.strip_prefix("pkg/").and_then(|name| name.strip_prefix(NAME)?.strip_prefix('.'));
    inner.and_then(|name| name.split_once('.')).is_some_and(|(hash, _)| hash.len() >= 16)
}

/// Tells the operator that the pages cannot work, should this binary have been built without the site.
pub(crate) fn warn_if_missing<S: RustEmbed>() {
    if S::iter().next().is_none() {
        tracing::warn!("this binary holds no site, so its pages do not work: build it by `make build`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_is_told_from_a_plain_one() {
        assert!(has_hash("pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js"));
        assert!(has_hash("pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.css.br"));
        assert!(!has_hash("pkg/latchkey.js"));
        assert!(!has_hash("pkg/latchkey.js.br"));
        assert!(!has_hash("favicon.svg"));
    }
}
