//! Pages that reload themselves after a rebuild, under `cargo leptos watch` alone.

use std::env;

use leptos::config::LeptosOptions;

/// What the pages' reload script needs; `None` in a release, and in a server that nothing watches.
pub(super) fn options() -> Option<LeptosOptions> {
    if !cfg!(debug_assertions) || env::var_os("LEPTOS_WATCH").is_none() {
        return None;
    }
    let port = env::var("LEPTOS_RELOAD_PORT").ok()?.parse().ok()?;
    Some(LeptosOptions::builder().output_name("latchkey").reload_port(port).build())
}
