//! What OAuth clients call: form-encoded requests, and errors as RFC 6749 §5.2 tells them.

pub(in crate::http) mod authorize;
mod client_authentication;
mod form;
pub(in crate::http) mod introspect;
pub(in crate::http) mod methods;
pub(in crate::http) mod revoke;
pub(in crate::http) mod token;

#[cfg(any(test, feature = "fuzz"))]
pub use self::form::check_form;
