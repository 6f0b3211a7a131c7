//! The routes, by sub-router. Each sub-router declares what the middleware does for its requests.

mod console;
mod fallbacks;
mod health;
mod metadata;
mod oauth;
mod reference;
mod server_functions;
mod verification;

#[cfg(any(test, feature = "fuzz"))]
pub use self::oauth::check_form;
pub(super) use self::{
    console::routes as console, health::routes as health, metadata::routes as metadata, oauth::routes as oauth,
    reference::routes as reference, server_functions::routes as server_functions, verification::routes as verification,
};
