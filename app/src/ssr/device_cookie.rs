//! The cookie by which a browser is known when it signs in again. It opens nothing.

use std::time::Duration;

use http::HeaderMap;
use latchkey_credentials::Engine;
use latchkey_model::redacted::DeviceToken;

use super::cookie::Cookie;

/// Longer than the engine remembers it, so that the engine decides.
const KEPT_FOR: Duration = Duration::from_hours(365 * 24);

/// The token of the device cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<DeviceToken> {
    Cookie::Device.read(engine, headers).map(|value| DeviceToken::from(value.to_owned()))
}

/// Gives the browser its token.
pub(super) fn set(device: &DeviceToken) {
    Cookie::Device.set(device.expose(), KEPT_FOR.as_secs());
}
