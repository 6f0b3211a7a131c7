//! The native `<dialog>`, always modal.

use leptos::{ev, html, prelude::*};

use crate::{
    browser::dialog,
    lean::{ClientChildren, ClientOnly},
};

/// A modal dialog, open while it is mounted. Escape asks to dismiss it; a click beside it does nothing. The focus returns to the
/// element that had it before.
#[component]
pub fn Dialog(
    /// The `id` of its title.
    title_id: &'static str,
    /// Its title.
    #[prop(into)]
    title: String,
    /// What happens when a person asks to dismiss it. It closes only when its owner removes it.
    #[prop(into)]
    on_dismiss: Callback<()>,
    /// Whether it needs more width than a question.
    #[prop(optional)]
    wide: bool,
    /// Its content.
    children: ClientChildren,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        dialog::open(&element);
        let element = StoredValue::new_local(element);
        on_cleanup(move || {
            if let Some(element) = element.try_get_value() {
                dialog::close(&element);
            }
        });
    });
    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            on_dismiss.run(());
        }
    };
    let on_cancel = move |event: ev::Event| {
        event.prevent_default();
        on_dismiss.run(());
    };
    // Some browsers close a dialog at the second request even if the page prevents that. It opens again and asks.
    let on_close = move |_| {
        if let Some(Some(element)) = element.try_get_untracked() {
            dialog::open(&element);
            on_dismiss.run(());
        }
    };
    view! {
        <dialog
            class="dialog"
            class:dialog-wide=wide
            aria-labelledby=title_id
            node_ref=element
            on:keydown=on_keydown
            on:cancel=on_cancel
            on:close=on_close
        >
            <h2 class="dialog-title" id=title_id dir="auto">{title}</h2>
            {children.render()}
        </dialog>
    }
    .client_only()
}
