//! Keyboard focus.

use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, Node, NodeList};

/// The `id` of the page beside the menu. It gets the focus when the focused element is gone.
const CONTENT: &str = "content";

/// Returns the `id` of the button that opens a key's row.
#[must_use]
pub fn id_of_key(key: &str) -> String {
    format!("key-{key}")
}

/// The `id` of the region for messages.
pub const TOASTS: &str = "toasts";

/// Returns the region for messages.
#[must_use]
pub fn toast_region() -> Option<Element> {
    super::document().get_element_by_id(TOASTS)
}

/// Moves the focus to the element with this `id`, if there is one.
pub fn element_with_id(id: &str) {
    if let Some(element) = super::document().get_element_by_id(id) {
        focus(&element);
    }
}

/// Moves the focus to the page beside the menu, after the next render.
pub fn content() {
    after_render(CONTENT.to_owned());
}

/// Moves the focus to the element with this `id`, or to the page beside the menu, after the next render.
pub fn element_or_content(id: &str) {
    after_render(id.to_owned());
}

/// Moves the focus to a key's row, or to the page beside the menu if the list does not show it, after the next render.
pub fn key_or_content(key: &str) {
    after_render(id_of_key(key));
}

/// Moves the focus to a key's row if the element that had it is gone, after the next render.
pub fn key_if_lost(key: &str) {
    let id = id_of_key(key);
    request_animation_frame(move || {
        let document = super::document();
        if document.active_element() == document.body().map(Into::into) {
            element_with_id(&id);
        }
    });
}

fn after_render(id: String) {
    request_animation_frame(move || match super::document().get_element_by_id(&id) {
        Some(element) => focus(&element),
        None => element_with_id(CONTENT),
    });
}

/// Moves the focus by `step` among the elements in `container` that match `selector`, and wraps around.
pub fn step(container: &Element, selector: &str, step: i32) {
    let Ok(items) = container.query_selector_all(selector) else { return };
    let count = i32::try_from(items.length()).unwrap_or_default();
    if count == 0 {
        return;
    }
    let focused = super::document().active_element();
    let position = (0..count).find(|&index| item(&items, index).as_ref() == focused.as_ref());
    let next = match position {
        Some(position) => (position + step).rem_euclid(count),
        None if step < 0 => count - 1,
        None => 0,
    };
    if let Some(element) = item(&items, next) {
        focus(&element);
    }
}

/// Whether an event's `target` is known and not in `container`.
#[must_use]
pub fn is_outside(target: Option<EventTarget>, container: &Element) -> bool {
    let node = target.and_then(|target| target.dyn_into::<Node>().ok());
    node.is_some_and(|node| !container.contains(Some(&node)))
}

fn item(items: &NodeList, index: i32) -> Option<Element> {
    u32::try_from(index).ok().and_then(|index| items.get(index)).and_then(|node| node.dyn_into().ok())
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Cannot fail for an element that is in the page.
        let _ = element.focus();
    }
}
