//! The browser's history, and the links that lead from page to page.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

use crate::navigation::Address;

/// Where the browser is.
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

/// Adds `url` to the history, unless the browser is there already.
pub fn push(url: &str) {
    let location = super::window().location();
    if location.href().is_ok_and(|here| here.strip_prefix(&super::location::origin()) == Some(url)) {
        return;
    }
    // Refused only for another site, to which nothing here leads.
    let _ = super::window().history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(url)));
}

/// The link that the browser follows in this window because of `click`, unless something prevents it.
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

/// Where `link` leads, if that is a page of this site and nothing says to load it from the server.
#[must_use]
pub fn within_site(link: &HtmlAnchorElement) -> Option<String> {
    let url = link.href();
    let rest = url.strip_prefix(&super::location::origin())?;
    (!link.rel_list().contains("external") && rest.starts_with('/')).then(|| rest.to_owned())
}

/// Scrolls to what the URL's fragment names, or else to the top.
pub fn scroll_to_target() {
    let fragment = address().fragment;
    match super::document().get_element_by_id(&fragment) {
        Some(target) => target.scroll_into_view(),
        None => super::window().scroll_to_with_x_and_y(0.0, 0.0),
    }
}

/// The state of the step that [`arm`] adds.
const STEP: &str = "unsaved";

/// Adds a step to the history that leads nowhere else. The first step back then stays in this page and can be answered by it:
/// not every browser asks before it leaves a page.
pub fn arm() {
    if let (Ok(history), false) = (super::window().history(), is_armed()) {
        // Refused only for another site.
        let _ = history.push_state_with_url(&JsValue::from_str(STEP), "", None);
    }
}

/// Takes the step of [`arm`] back.
pub fn disarm() {
    if let (Ok(history), true) = (super::window().history(), is_armed()) {
        // Refused only while the page is left.
        let _ = history.back();
    }
}

fn is_armed() -> bool {
    let state = super::window().history().and_then(|history| history.state());
    state.is_ok_and(|state| state.as_string().as_deref() == Some(STEP))
}
