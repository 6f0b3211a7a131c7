//! What the server answers, one file a route.

pub(super) mod console;
pub(super) mod fallbacks;
pub(super) mod health;
pub(super) mod metadata;
pub(super) mod oauth;
pub(super) mod reference;
pub(super) mod server_functions;
pub(super) mod verification;

#[cfg(any(test, feature = "fuzz"))]
pub use self::oauth::check_form;
