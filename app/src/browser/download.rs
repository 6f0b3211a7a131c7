//! Downloads of files that are created in the browser, without another request to the server.

use std::time::Duration;

use gloo_file::{Blob, ObjectUrl};
use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// How long the object URL stays valid, so that the browser can start to read the file. Some browsers ask first where to save it,
/// and wait for the answer.
const URL_LIFETIME: Duration = Duration::from_mins(1);

/// Downloads `content` as a file named `file_name`. Returns whether the browser accepted it.
#[must_use]
pub fn save(file_name: &str, media_type: &str, content: &str) -> bool {
    let address = ObjectUrl::from(Blob::new_with_options(content, Some(media_type)));
    let link = super::document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let Some(link) = link else { return false };
    link.set_href(&address);
    link.set_download(file_name);
    link.click();
    set_timeout(move || drop(address), URL_LIFETIME);
    true
}
