//! Latchkey's console: pages, components and the server functions that they and scripts call.
// A release build walks the types of nested views whole, and they are deep.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod browser;
pub mod components;
pub mod lean;
pub mod navigation;
pub mod pages;
pub mod routes;
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod state;

pub use app::App;
pub use shell::shell;

/// Shows the console in place of what the server rendered. Runs once, in the browser.
pub fn start() {
    browser::start::replace_server_rendering(|container| leptos::mount::mount_to(container, App).forget());
}
