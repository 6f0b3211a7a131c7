//! The WebAssembly entry of the console.
// The type of a whole page is nested deeper than the compiler expects.
#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Shows the console in place of what the server rendered.
#[wasm_bindgen]
pub fn start() {
    latchkey_app::start();
}
