//! Tabs, after the WAI-ARIA pattern: one stop for the Tab key, arrows in between; the chosen one shows at once.

use leptos::{ev, html, prelude::*};

use crate::browser::focus;

/// A row of tabs over one panel, which must be `<div role="tabpanel" id="NAME-panel">`, labelled by [`tab_id`].
#[component]
pub fn Tabs(
    /// The prefix of the `id`s.
    name: &'static str,
    /// The accessible name of the row.
    label: &'static str,
    /// The tabs' texts.
    tabs: Vec<&'static str>,
    /// The index of the chosen tab.
    #[prop(into)]
    selected: Signal<usize>,
    /// What choosing a tab does.
    #[prop(into)]
    on_select: Callback<usize>,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let last = tabs.len().saturating_sub(1);
    let choose = move |index: usize| {
        on_select.run(index);
        focus::element_with_id(&tab_id(name, index));
    };
    let on_keydown = move |event: ev::KeyboardEvent| {
        let index = selected.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" if index == last => 0,
            "ArrowRight" => index + 1,
            "ArrowLeft" if index == 0 => last,
            "ArrowLeft" => index - 1,
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        choose(next);
    };
    let tab = move |(index, text)| {
        let is_selected = move || selected.get() == index;
        view! {
            <button
                class="tab"
                type="button"
                role="tab"
                id=tab_id(name, index)
                aria-selected=move || is_selected().to_string()
                aria-controls=format!("{name}-panel")
                tabindex=move || if is_selected() { "0" } else { "-1" }
                on:click=move |_| on_select.run(index)
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label node_ref=element on:keydown=on_keydown>
            {tabs.into_iter().enumerate().map(tab).collect_view()}
        </div>
    }
    .into_any()
}

/// Returns the `id` of a tab.
#[must_use]
pub fn tab_id(name: &str, index: usize) -> String {
    format!("{name}-tab-{index}")
}
