//! Unicode normalization, in the form that the server stores.

use js_sys::JsString;

/// Converts a text to Normalization Form C (UAX #15), by the browser's tables.
#[must_use]
pub fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}
