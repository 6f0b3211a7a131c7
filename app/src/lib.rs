//! Latchkey's console: pages, components, and the server functions that they and scripts call.
// In a release build the types of nested views are deep.
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

/// Replaces the page that the server rendered by the console. Runs once, in the browser.
pub fn start() {
    browser::start::replace_server_rendering(|container| leptos::mount::mount_to(container, App).forget());
}
