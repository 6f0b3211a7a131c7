//! The address bar. [`leave_for`] and [`reload`] load a page from the server, so that nothing of one person's session stays in
//! memory for the next.

/// Returns scheme, host and port, such as `https://keys.example.com`.
#[must_use]
pub fn origin() -> String {
    super::window().location().origin().unwrap_or_default()
}

/// Returns the path and query of the page.
#[must_use]
pub fn path_and_query() -> String {
    let location = super::window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Loads the page at `path`; Back does not return to this one.
pub fn leave_for(path: &str) {
    // Fails only for an invalid URL.
    let _ = super::window().location().replace(path);
}

/// Loads the page again.
pub fn reload() {
    // Fails only for a page that is already being left.
    let _ = super::window().location().reload();
}

/// Replaces the origin of `link` by that of this page: without a configured public URL the server does not know its address.
#[must_use]
pub fn with_this_origin(link: &str) -> String {
    let path = link.split_once("://").and_then(|(_, rest)| rest.find('/').map(|slash| &rest[slash..]));
    path.map_or_else(|| link.to_owned(), |path| origin() + path)
}

/// Percent-encodes `text` for a query.
#[must_use]
pub fn query_value(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
