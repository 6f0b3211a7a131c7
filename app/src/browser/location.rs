//! Where the browser is, and going elsewhere. These leave the page altogether, so that nothing of one person's
//! session is left in memory for the next.

/// Scheme, host and port, such as `https://keys.example.com`.
#[must_use]
pub fn origin() -> String {
    super::window().location().origin().unwrap_or_default()
}

/// The path and query of the page.
#[must_use]
pub fn path_and_query() -> String {
    let location = super::window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Loads the page at `path`; Back does not return to this one.
pub fn leave_for(path: &str) {
    // Refused only for what is no URL.
    let _ = super::window().location().replace(path);
}

/// Loads the page again.
pub fn reload() {
    // Refused only for a page that is being left already.
    let _ = super::window().location().reload();
}

/// `link` with the origin of this page in place of its own: the server knows its address only if it was told.
#[must_use]
pub fn with_this_origin(link: &str) -> String {
    let path = link.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..]));
    path.map_or_else(|| link.to_owned(), |path| origin() + path)
}

/// `text` as it may stand in a query.
#[must_use]
pub fn query_value(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
