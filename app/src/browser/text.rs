//! Texts, in the form that the server keeps them in.

use js_sys::JsString;

/// Puts a text into Normalization Form C (UAX #15), by the browser's own tables.
#[must_use]
pub fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}
