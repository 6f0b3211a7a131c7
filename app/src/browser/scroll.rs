//! Where in the page the window is.

use leptos::prelude::request_animation_frame;

use super::focus::id_of_key;

/// Keeps a key's row where it is in the window, whatever comes or goes above it next.
pub fn hold(key: &str) {
    let id = id_of_key(key);
    let top = move || super::document().get_element_by_id(&id).map(|row| row.get_bounding_client_rect().top());
    let Some(before) = top() else { return };
    request_animation_frame(move || {
        if let Some(after) = top() {
            super::window().scroll_by_with_x_and_y(0.0, after - before);
        }
    });
}
