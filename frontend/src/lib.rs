//! The WebAssembly entry point of the console.
// The type of a page is nested deeper than the default limit.
#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Replaces the page that the server rendered by the console.
#[wasm_bindgen]
pub fn start() {
    latchkey_app::start();
}
