//! The site that cargo-leptos builds. It is embedded in a release, and read from its folder by a debug build.

use latchkey_app::shell::SiteFiles;
use rust_embed::RustEmbed;

/// The built site, without the files that only build tools read: type declarations, and the list of split files.
#[derive(RustEmbed)]
#[folder = "$LATCHKEY_SITE"]
#[exclude = "pkg/*.ts*"]
#[exclude = "pkg/*.json*"]
pub struct Site;

const NAME: &str = "latchkey";

/// Returns the URLs of the three files that a page loads first. A release has them only under hashed names.
pub(crate) fn site_files<S: RustEmbed>() -> SiteFiles {
    SiteFiles { javascript: url::<S>("js"), wasm: url::<S>("wasm"), stylesheet: url::<S>("css") }
}

fn url<S: RustEmbed>(extension: &str) -> String {
    let plain = format!("pkg/{NAME}.{extension}");
    let name = if S::get(&plain).is_some() { plain } else { hashed::<S>(extension).unwrap_or(plain) };
    format!("/{name}")
}

fn hashed<S: RustEmbed>(extension: &str) -> Option<String> {
    let (start, end) = (format!("pkg/{NAME}."), format!(".{extension}"));
    let mut names = S::iter();
    names.find(|name| has_content_hash(name) && name.starts_with(&start) && name.ends_with(&end)).map(Into::into)
}

/// Returns whether a file's name contains a hash of its content, as cargo-leptos writes it: `pkg/latchkey.HASH.css`.
pub(crate) fn has_content_hash(path: &str) -> bool {
    path.strip_prefix("pkg/").is_some_and(|name| name.split('.').skip(1).any(is_hash))
}

/// Returns whether a part of a name is a hash of 128 bits in base64url, without padding.
fn is_hash(part: &str) -> bool {
    part.len() == 22 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Warns the operator if this binary was built without the site, so that its pages cannot work.
pub(crate) fn warn_if_missing<S: RustEmbed>() {
    if S::iter().next().is_none() {
        tracing::warn!("this binary contains no site, so its pages do not work: build it with `make build`");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_distinguished_from_plain_ones() {
        assert!(has_content_hash("pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js"));
        assert!(has_content_hash("pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.css.br"));
        assert!(has_content_hash("pkg/__wasm_split.2fWhEa3pAIYgwYEODaOrIg.js"));
        assert!(has_content_hash("pkg/split_members.LyR0sDSKU3qzcyOtRB25kQ.wasm.gz"));
        assert!(!has_content_hash("pkg/split_members.wasm"));
        assert!(!has_content_hash("pkg/latchkey.js"));
        assert!(!has_content_hash("pkg/latchkey.js.br"));
        assert!(!has_content_hash("favicon.svg"));
    }
}
