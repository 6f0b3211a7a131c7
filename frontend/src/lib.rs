//! The WebAssembly entry of the console: takes over the page that the server rendered.
// The type of a whole page is nested deeper than the compiler expects.
#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the page interactive.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(latchkey_app::App);
}
