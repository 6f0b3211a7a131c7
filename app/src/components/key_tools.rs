//! The search box and the status filter above the list.

use std::time::Duration;

use latchkey_model::access_key::KeyStatus;
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::icon::{Glyph, Icon};
use crate::state::KeysPage;

/// How long typing must pause before the search runs.
const DEBOUNCE: Duration = Duration::from_millis(250);

const STATUSES: [(Option<KeyStatus>, &str); 5] = [
    (None, "Current"),
    (Some(KeyStatus::Active), "Active"),
    (Some(KeyStatus::Inactive), "Inactive"),
    (Some(KeyStatus::Expired), "Expired"),
    (Some(KeyStatus::Deleted), "Deleted"),
];

/// Shows the search box and the filter.
#[component]
pub fn KeyTools() -> impl IntoView {
    view! {
        <div class="key-tools">
            <SearchBox />
            <StatusChoice />
        </div>
    }
    .into_any()
}

#[component]
fn SearchBox() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let input = NodeRef::<html::Input>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    // The search can also be set elsewhere; the box then shows it. At first the box wins: it may hold text that was typed before the
    // program started.
    Effect::new(move |is_change: Option<()>| {
        let search = page.search.get();
        if is_change.is_some()
            && let Some(input) = input.get_untracked()
            && input.value().trim() != search
        {
            input.set_value(&search);
        }
    });
    let search_after_pause = move |_| {
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let search = move || {
            if let Some(Some(input)) = input.try_get_untracked() {
                page.search.set(input.value().trim().to_owned());
            }
        };
        timer.set_value(set_timeout_with_handle(search, DEBOUNCE).ok());
    };
    view! {
        <div class="search-box">
            <Icon glyph=Glyph::Search />
            <input
                id="search"
                type="search"
                aria-label="Search by name or ID"
                placeholder="Search by name or ID"
                autocomplete="off"
                spellcheck="false"
                node_ref=input
                on:input=search_after_pause
            />
        </div>
    }
    .into_any()
}

#[component]
fn StatusChoice() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let button = move |(status, text): (Option<KeyStatus>, &'static str)| {
        view! {
            <button
                type="button"
                aria-pressed=move || (page.status.get() == status).to_string()
                on:click=move |_| page.status.set(status)
            >
                {text}
            </button>
        }
    };
    view! {
        <div class="status-choice" role="group" aria-label="Status">{STATUSES.map(button).collect_view()}</div>
    }
    .into_any()
}
