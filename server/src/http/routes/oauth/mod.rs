//! What OAuth clients call: form-encoded requests, and errors in the format of RFC 6749 §5.2.

mod authorize;
mod client_authentication;
mod form;
mod introspect;
mod methods;
mod refusals;
mod revoke;
mod routes;
mod token;

#[cfg(any(test, feature = "fuzz"))]
pub use self::form::check_form;
pub(in crate::http) use self::{
    methods::{CLIENT_ASSERTION_ALGORITHMS, CLIENT_AUTHENTICATION_METHODS},
    routes::routes,
};
