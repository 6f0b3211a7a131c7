//! The cookie that identifies a browser when it signs in again. It opens nothing.

use std::time::Duration;

use http::HeaderMap;
use latchkey_engine::Engine;
use latchkey_model::redacted::DeviceToken;

use super::cookie::LatchkeyCookie;

/// Longer than the engine remembers the browser, so that the engine decides.
const LIFETIME: Duration = Duration::from_hours(365 * 24);

/// The token of the device cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<DeviceToken> {
    LatchkeyCookie::Device.read(engine, headers).map(|value| DeviceToken::from(value.to_owned()))
}

/// Sets the browser's token.
pub(super) fn set(engine: &Engine, device: &DeviceToken) {
    LatchkeyCookie::Device.set(engine, device.expose(), LIFETIME.as_secs());
}
