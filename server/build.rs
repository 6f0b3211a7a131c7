//! Tells the crate where cargo-leptos puts the site, so that a release embeds it.

#![expect(clippy::expect_used, reason = "a build script cannot return an error")]

use std::{env, fs, path::PathBuf};

fn main() {
    let site = target_folder().join("site");
    fs::create_dir_all(&site).expect("the site's folder can be made in the target folder");
    println!("cargo::rustc-env=LATCHKEY_SITE={}", site.display());
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={}", site.display());
        if !site.join("pkg").exists() {
            println!("cargo::warning=the site is not built, so this binary has none: use `make build`");
        }
    } else {
        println!("cargo::rerun-if-changed=build.rs");
    }
}

/// Returns the target folder, wherever it is configured: the outermost ancestor of the build script's output that cargo
/// has marked as a cache. A target folder that existed before cargo used it has no mark; then it is the fourth
/// ancestor.
fn target_folder() -> PathBuf {
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let marked = output.ancestors().filter(|folder| folder.join("CACHEDIR.TAG").exists()).last();
    marked.or_else(|| output.ancestors().nth(4)).expect("OUT_DIR lies in the target folder").to_path_buf()
}
