//! Cryptographically secure randomness.

use std::fmt::Write;

use latchkey_model::id::RequestId;

/// Returns a new identifier for one creation: 128 random bits in hexadecimal. Returns `None` if the browser has no random numbers.
#[must_use]
pub fn request_id() -> Option<RequestId> {
    let mut bytes = [0; 16];
    super::window().crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(text, "{byte:02x}").ok()?;
    }
    RequestId::try_from(text).ok()
}
