//! Latchkey's console: pages, components and the server functions that they and scripts call.
// The types of nested views are deep, and a release build walks them whole.
#![recursion_limit = "256"]


#![recursion_limit = "256"]

pub mod api;
pub mod browser;
pub mod components;
pub mod pages;
pub mod routes;
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod state;

pub use routes::App;
pub use shell::shell;
