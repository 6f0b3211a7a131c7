//! Where in the console the browser is, and going elsewhere without loading the page anew.
//!
//! A handful of paths without parameters needs no more than this; Leptos' own router would make the console's WebAssembly a
//! quarter larger.

mod address;
mod location;

pub use address::Address;
pub use location::Place;
