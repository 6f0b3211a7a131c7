//! Requests to the server, by the browser's `fetch`.

use js_sys::{JsString, SyntaxError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use crate::lean::json::{JsJson, JsonDeserializer};

/// The header that names the program that sends a request. No form of another site can send it, and a script of another site only
/// after a preflight, which the server does not answer.
pub const CLIENT_HEADER: &str = "latchkey-client";

/// The value that the console sends. It authenticates by its session only: an `Authorization` header beside this value was added by
/// a proxy.
pub const CONSOLE: &str = "console";

/// A reply of the server.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body; `undefined` if that is not JSON.
    pub body: JsonDeserializer<JsJson>,
}

/// Posts a JSON `body` to the `path` of this site.
///
/// # Errors
///
/// The browser's error if it cannot reach the server.
pub async fn post_json(path: &str, body: &str) -> Result<Reply, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set("accept", "application/json")?;
    headers.set(CLIENT_HEADER, CONSOLE)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&JsString::from(body));
    let response: Response =
        JsFuture::from(super::window().fetch_with_str_and_init(path, &request)).await?.dyn_into()?;
    let body = match JsFuture::from(response.json()?).await {
        Err(error) if error.is_instance_of::<SyntaxError>() => JsValue::UNDEFINED,
        body => body?,
    };
    Ok(Reply { status: response.status(), body: JsonDeserializer(JsJson(body)) })
}
