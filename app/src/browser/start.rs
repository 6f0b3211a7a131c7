//! Replaces the page that the server rendered by the running console.
//!
//! By the time that the program starts, extensions, proxies and password managers may have added, removed and rewritten any part
//! of the page. So the console relies on nothing in it: it is built in a separate element, which replaces the server's rendering
//! in one step. Only what a person has done there is copied: text typed into a field, the focus, and the selection.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, EventInit, FocusOptions, HtmlElement, HtmlInputElement, NodeList};

/// The `id` of the element that holds the console, in the server's rendering and after it.
pub const CONTAINER: &str = "latchkey";

/// Replaces the server's rendering by a new element, which `fill` fills.
pub fn replace_server_rendering(fill: impl FnOnce(HtmlElement)) {
    let document = super::document();
    let Some(new) = new_container(&document) else { return };
    fill(new.clone());
    copy_text(&document, &new);
    let focus = Focus::current(&document);
    let old = containers(&document);
    insert(&document, &new, old.first());
    if let Some(focus) = focus {
        // While the old element still has the focus, so that it never falls back to the body.
        focus.move_into(&new);
    }
    for old in old {
        old.remove();
    }
}

fn new_container(document: &Document) -> Option<HtmlElement> {
    let new = document.create_element("div").ok()?;
    new.set_id(CONTAINER);
    new.dyn_into().ok()
}

/// Returns the server's rendering, found by its `id` or its attribute, and any copy that an extension has made of it.
fn containers(document: &Document) -> Vec<Element> {
    document
        .query_selector_all(&format!("#{CONTAINER}, [data-rendered=server]"))
        .map(|found| elements(&found))
        .unwrap_or_default()
}

fn elements(found: &NodeList) -> Vec<Element> {
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// Inserts the new container before the old one. If that is gone, it goes into the body; if that is gone too, into a new body.
fn insert(document: &Document, new: &HtmlElement, old: Option<&Element>) {
    // These cannot fail for an element that is in the page.
    if let Some(old) = old
        && old.before_with_node_1(new).is_ok()
    {
        return;
    }
    let body = document.body().or_else(|| {
        let body: HtmlElement = document.create_element("body").ok()?.dyn_into().ok()?;
        document.document_element()?.append_child(&body).ok()?;
        Some(body)
    });
    if let Some(body) = body {
        let _ = body.append_child(new);
    }
}

/// Copies text that was typed, or filled in by a password manager, into the new fields with the same `id`.
fn copy_text(document: &Document, new: &HtmlElement) {
    let Ok(fields) = new.query_selector_all("input[id]") else { return };
    for field in elements(&fields) {
        let Ok(field) = field.dyn_into::<HtmlInputElement>() else { continue };
        // The new fields are not in the document yet.
        let old = document.get_element_by_id(&field.id()).and_then(|old| old.dyn_into::<HtmlInputElement>().ok());
        let Some(text) = old.map(|old| old.value()).filter(|text| *text != field.value()) else { continue };
        field.set_value(&text);
        let init = EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
            let _ = field.dispatch_event(&event);
        }
    }
}

/// The focused element, and what is selected in it.
struct Focus {
    element: Element,
    selection: Option<(u32, u32)>,
}

impl Focus {
    fn current(document: &Document) -> Option<Self> {
        let element = document.active_element()?;
        // A field of the type `email` has no selection.
        let selection = element
            .dyn_ref::<HtmlInputElement>()
            .and_then(|field| field.selection_start().ok().flatten().zip(field.selection_end().ok().flatten()));
        Some(Self { element, selection })
    }

    /// Focuses the element of the new container that corresponds to the one that has the focus, if there is one.
    fn move_into(self, container: &HtmlElement) {
        let identity = ElementIdentity::from_element(&self.element);
        let Ok(found) = container.query_selector_all(&self.element.local_name()) else { return };
        let Some(new) = elements(&found).into_iter().find(|new| ElementIdentity::from_element(new) == identity) else {
            return;
        };
        let Ok(new) = new.dyn_into::<HtmlElement>() else { return };
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = new.focus_with_options(&options);
        if let (Some((start, end)), Some(field)) = (self.selection, new.dyn_ref::<HtmlInputElement>()) {
            let _ = field.set_selection_range(start, end);
        }
    }
}

/// What identifies an element among others with the same tag.
#[derive(PartialEq, Eq)]
enum ElementIdentity {
    Id(String),
    Texts { label: Option<String>, link: Option<String>, text: Option<String> },
}

impl ElementIdentity {
    fn from_element(element: &Element) -> Self {
        match element.id() {
            id if id.is_empty() => Self::Texts {
                label: element.get_attribute("aria-label"),
                link: element.get_attribute("href"),
                text: element.text_content(),
            },
            id => Self::Id(id),
        }
    }
}
