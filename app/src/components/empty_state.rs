//! The tab without keys.

use latchkey_model::access_key::{KeyStatus, Kind};
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    icon::{Glyph, Icon},
    labels::labels,
};
use crate::{
    lean::{ClientOnly, dynamic},
    state::{Creation, CurrentSession, KeysPage, Query},
};

/// Explains what keys are for if there are none, or says that the search or the filter matches none.
#[component]
pub fn EmptyState() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let query = page.list.query();
    dynamic(move || match query.get() {
        query if query.is_narrowed() => view! { <NoMatch query=query /> }.client_only(),
        query => view! { <FirstSteps kind=query.kind /> }.client_only(),
    })
}

#[component]
fn NoMatch(query: Query) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let title = match (query.search.is_empty(), query.status) {
        (true, Some(KeyStatus::Active)) => "No active keys",
        (true, Some(KeyStatus::Inactive)) => "No inactive keys",
        (true, Some(KeyStatus::Expired)) => "No expired keys",
        (true, Some(KeyStatus::Deleted)) => "No deleted keys",
        _ => "No keys match",
    };
    let text = match query.status {
        _ if !query.search.is_empty() => {
            format!("No key's name contains “{}” and no ID starts with it.", query.search)
        }
        Some(KeyStatus::Deleted) => "Deleted keys stay here for 30 days. Until then you can restore them.".to_owned(),
        _ => "No key on this tab has this status.".to_owned(),
    };
    view! {
        <div class="empty-state">
            <span class="empty-state-icon"><Icon glyph=Glyph::Search /></span>
            <h2>{title}</h2>
            <p>{text}</p>
            <Button text="Clear search and filters" on_press=move || page.clear_filters() />
        </div>
    }
    .client_only()
}

#[component]
fn FirstSteps(kind: Kind) -> impl IntoView {
    let creation = expect_context::<Creation>();
    let session = expect_context::<CurrentSession>();
    let (title, what, use_it) = match kind {
        Kind::OAuthClient => (
            "No OAuth clients yet",
            "An OAuth client is for systems that can fetch a token: it exchanges its ID and secret for short-lived access tokens.",
            "Turn the client on in the list, then use the ID and the secret in your system.",
        ),
        Kind::ApiKey => (
            "No API keys yet",
            "An API key is the simplest way in: one secret that your system sends with every call.",
            "Turn the key on in the list, then use the secret in your system.",
        ),
    };
    let create = move || creation.open_form(kind);
    let end = move || {
        if session.is_administrator() {
            view! { <Button text=labels(kind).create_first glyph=Glyph::Plus variant=Variant::Primary on_press=create /> }
                .client_only()
        } else {
            view! { <p class="empty-state-note">"Only administrators can create keys."</p> }.client_only()
        }
    };
    view! {
        <div class="empty-state">
            <span class="empty-state-icon"><Icon glyph=Glyph::Key /></span>
            <h2>{title}</h2>
            <p>{what}</p>
            <ol class="empty-state-steps">
                <li><strong>"Create"</strong>"Give it a name that says what will use it."</li>
                <li><strong>"Save the secret"</strong>"It is shown once. Download it, or copy it to your vault."</li>
                <li><strong>"Activate"</strong>{use_it}</li>
            </ol>
            {end}
        </div>
    }
    .client_only()
}
