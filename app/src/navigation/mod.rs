//! The address that the console shows, and going to another one without a page load.
//!
//! A few paths without parameters need no more than this. Leptos' router would make the console's WebAssembly a quarter larger.

mod address;
mod location;

pub use address::Address;
pub use location::Location;
