//! Reads the JSON of a reply with the browser's own parser.
//!
//! `JSON.parse` makes JavaScript values of a text, and [`Json`] is what a [`Deserializer`](serde::Deserializer) needs to know
//! of such a value. A JSON parser in Rust would be a tenth of the WebAssembly, most of it for numbers and for messages that say
//! where a text is wrong. A reply that is not what the console expects is reported as a whole (`crate::api`), so the
//! error here has no text either.
//!
//! [`deserializer`] holds all the logic, and its tests run natively, on values of `serde_json`. [`browser`] asks a JavaScript value.

mod browser;
mod deserializer;
#[cfg(test)]
mod tests;
mod unexpected;

pub use self::{
    browser::JsJson,
    deserializer::{Json, JsonDeserializer},
    unexpected::UnexpectedJson,
};
