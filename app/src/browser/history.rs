//! The browser's history, and the links that lead from page to page.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

use crate::navigation::Address;

/// Returns the address in the address bar.
#[must_use]
pub fn address() -> Address {
    let location = super::window().location();
    let text = |part: Result<String, JsValue>, mark| part.unwrap_or_default().trim_start_matches(mark).to_owned();
    Address {
        path: location.pathname().unwrap_or_default(),
        query: text(location.search(), '?'),
        fragment: text(location.hash(), '#'),
    }
}

/// Adds `url` to the history, unless it is the current one.
pub fn push(url: &str) {
    let location = super::window().location();
    if location.href().is_ok_and(|here| here.strip_prefix(&super::location::origin()) == Some(url)) {
        return;
    }
    // Fails only for another origin, and no caller passes one.
    let _ = super::window().history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(url)));
}

/// Returns the link that the browser is about to follow in this window because of `click`.
#[must_use]
pub fn followed_link(click: &MouseEvent) -> Option<HtmlAnchorElement> {
    let is_special = click.meta_key() || click.alt_key() || click.ctrl_key() || click.shift_key();
    if click.default_prevented() || click.button() != 0 || is_special {
        return None;
    }
    let link: HtmlAnchorElement =
        click.target()?.dyn_into::<web_sys::Element>().ok()?.closest("a[href]").ok()??.dyn_into().ok()?;
    let stays = link.target().is_empty() && !link.has_attribute("download");
    stays.then_some(link)
}

/// Returns the URL of `link` within this site, unless it is to another site or marked as `rel="external"`.
#[must_use]
pub fn within_site(link: &HtmlAnchorElement) -> Option<String> {
    let url = link.href();
    let rest = url.strip_prefix(&super::location::origin())?;
    (!link.rel_list().contains("external") && rest.starts_with('/')).then(|| rest.to_owned())
}

/// Scrolls to the element that the URL's fragment names, or to the top.
pub fn scroll_to_target() {
    let fragment = address().fragment;
    match super::document().get_element_by_id(&fragment) {
        Some(target) => target.scroll_into_view(),
        None => super::window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

/// The state of the history entry that [`push_guard`] adds.
const GUARD: &str = "unsaved";

/// Adds an entry with the same URL to the history. The first step back then stays in this page, which can ask before it is left:
/// not every browser asks.
pub fn push_guard() {
    if let (Ok(history), false) = (super::window().history(), has_guard()) {
        // Fails only for another origin.
        let _ = history.push_state_with_url(&JsValue::from_str(GUARD), "", None);
    }
}

/// Removes the entry of [`push_guard`].
pub fn pop_guard() {
    if let (Ok(history), true) = (super::window().history(), has_guard()) {
        // Fails only while the page is being left.
        let _ = history.back();
    }
}

fn has_guard() -> bool {
    let state = super::window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(GUARD))
}
