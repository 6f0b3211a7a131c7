//! The menu behind three dots, after the WAI-ARIA menu button pattern.

use leptos::{ev, html, prelude::*};

use super::icon::{Glyph, Icon};
use crate::{
    browser::focus,
    lean::{ClientChildren, ClientChildrenFn, ClientOnly, ClientShow},
};

const ITEMS: &str = "[role=menuitem]";

/// Whether the menu around an item is open.
#[derive(Debug, Clone, Copy)]
struct Menu {
    is_open: RwSignal<bool>,
    button: NodeRef<html::Button>,
}

impl Menu {
    /// Closes the menu and moves the focus to its button.
    fn close(self) {
        self.is_open.set(false);
        if let Some(button) = self.button.get_untracked() {
            // Cannot fail for an element that is in the page.
            let _ = button.focus();
        }
    }
}

/// A button that opens a menu of [`MoreMenuItem`]s.
#[component]
pub fn MoreMenu(
    /// The accessible name of the button.
    #[prop(into)]
    label: Signal<String>,
    /// The items.
    children: ClientChildrenFn,
) -> impl IntoView {
    let menu = Menu { is_open: RwSignal::new(false), button: NodeRef::new() };
    provide_context(menu);
    let items = StoredValue::new(children);
    let element = NodeRef::<html::Div>::new();
    // The focus also leaves a menu that is removed from the page: then there is nothing to close.
    let on_focusout = move |event: ev::FocusEvent| {
        if let Some(Some(element)) = element.try_get_untracked()
            && focus::is_outside(event.related_target(), &element)
        {
            menu.is_open.set(false);
        }
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        let Some(element) = element.get_untracked() else { return };
        match event.key().as_str() {
            "Escape" if menu.is_open.get_untracked() => menu.close(),
            "ArrowDown" if menu.is_open.get_untracked() => focus::step(&element, ITEMS, 1),
            "ArrowUp" if menu.is_open.get_untracked() => focus::step(&element, ITEMS, -1),
            "ArrowDown" => menu.is_open.set(true),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="more-menu" node_ref=element on:focusout=on_focusout on:keydown=on_keydown>
            <button
                class="button button-quiet button-icon"
                type="button"
                aria-label=label
                aria-haspopup="menu"
                aria-expanded=move || menu.is_open.get().to_string()
                node_ref=menu.button
                on:click=move |_| menu.is_open.update(|open| *open = !*open)
            >
                <Icon glyph=Glyph::Dots />
            </button>
            <ClientShow when=move || menu.is_open.get()>
                <Items label=label outside_of=element>{items.with_value(ClientChildrenFn::render)}</Items>
            </ClientShow>
        </div>
    }
    .client_only()
}

#[component]
fn Items(label: Signal<String>, outside_of: NodeRef<html::Div>, children: ClientChildren) -> impl IntoView {
    let Menu { is_open, .. } = expect_context();
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            focus::step(&list, ITEMS, 1);
        }
    });
    let listener = window_event_listener(ev::pointerdown, move |event| {
        if let Some(Some(element)) = outside_of.try_get_untracked()
            && focus::is_outside(event.target(), &element)
        {
            is_open.set(false);
        }
    });
    on_cleanup(move || listener.remove());
    view! { <div class="more-menu-items" role="menu" aria-label=label node_ref=list>{children.render()}</div> }
        .client_only()
}

/// One item of a [`MoreMenu`].
#[component]
pub fn MoreMenuItem(
    /// Its icon.
    glyph: Glyph,
    /// Its text.
    text: &'static str,
    /// Whether it removes something.
    #[prop(optional)]
    danger: bool,
    /// What choosing it does.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    let menu = expect_context::<Menu>();
    let choose = move |_| {
        menu.close();
        on_choose.run(());
    };
    view! {
        <button
            class="more-menu-item"
            class:is-danger=danger
            type="button"
            role="menuitem"
            tabindex="-1"
            on:click=choose
        >
            <Icon glyph=glyph />
            {text}
        </button>
    }
    .client_only()
}
