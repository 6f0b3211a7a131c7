//! Files made in the browser. The server is not asked again.

use std::time::Duration;

use gloo_file::{Blob, ObjectUrl};
use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlAnchorElement;

/// How long the browser has to begin reading the file before its address ends. Some ask first where to save it, and wait for
/// the answer.
const READING: Duration = Duration::from_mins(1);

/// Saves `content` as a file named `file_name`. Gives back whether the browser took it.
#[must_use]
pub fn save(file_name: &str, media_type: &str, content: &str) -> bool {
    let address = ObjectUrl::from(Blob::new_with_options(content, Some(media_type)));
    let link = super::document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let Some(link) = link else { return false };
    link.set_href(&address);
    link.set_download(file_name);
    link.click();
    set_timeout(move || drop(address), READING);
    true
}
