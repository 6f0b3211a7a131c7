//! Lets pages reload themselves after a rebuild, only under `cargo leptos watch`.

use std::env;

use leptos::config::LeptosOptions;

/// Returns what the reload script of pages needs; `None` in a release, and without `cargo leptos watch`.
pub(super) fn options() -> Option<LeptosOptions> {
    if !cfg!(debug_assertions) || env::var_os("LEPTOS_WATCH").is_none() {
        return None;
    }
    let port = env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok()?;
    Some(LeptosOptions::builder().output_name("latchkey").reload_port(port).build())
}
