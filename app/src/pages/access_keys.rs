//! Configure > Access Keys.

use std::time::Duration;

use latchkey_model::access_key::Kind;
use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, Variant},
        icon::Glyph,
        key_table::KeyTable,
        key_tools::KeyTools,
        labels::labels,
        tabs::{Tabs, tab_id},
    },
    lean::{ClientOnly, ClientShow, chunks, dynamic, lazy_dialog},
    navigation::Location,
    state::{Creation, CurrentSession, KeysPage},
};

/// How often texts such as "12 s ago" are updated.
const TICK: Duration = Duration::from_secs(10);

/// The tabs in order: kind, name in the URL, label.
const TABS: [(Kind, &str, &str); 2] =
    [(Kind::OAuthClient, "oauth-clients", "OAuth Clients"), (Kind::ApiKey, "api-keys", "API Keys")];

/// The page of access keys. The tab is in the URL.
#[component]
pub fn AccessKeysPage() -> impl IntoView {
    let location = Location::current();
    let tab = Memo::new(move |_| {
        let slug = location.parameter("tab");
        TABS.iter().position(|(_, tab, _)| slug.as_deref() == Some(*tab)).unwrap_or(0)
    });
    let kind = Memo::new(move |_| if tab.get() == 0 { Kind::OAuthClient } else { Kind::ApiKey });
    let page = KeysPage::new(kind);
    provide_context(page);
    page.follow(expect_context());
    update_clock(&page);
    let select = move |index: usize| {
        let Some((_, slug, _)) = TABS.get(index) else { return };
        if index != tab.get_untracked() {
            page.clear_filters();
            page.opened.set(None);
            location.go_to(&format!("/access-keys?tab={slug}"));
        }
    };
    view! {
        <PageHead />
        <Dialogs />
        <Tabs name="kind" label="Kind of access key" tabs=TABS.map(|(_, _, label)| label).to_vec() selected=tab on_select=select />
        <div class="tab-panel" role="tabpanel" id="kind-panel" aria-labelledby=move || tab_id("kind", tab.get())>
            <KeyTools />
            <KeyTable />
        </div>
    }
    .into_any()
}

fn update_clock(page: &KeysPage) {
    let page = *page;
    Effect::new(move |_| {
        page.tick();
        if let Ok(timer) = set_interval_with_handle(move || page.tick(), TICK) {
            on_cleanup(move || timer.clear());
        }
    });
}

#[component]
fn PageHead() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let session = expect_context::<CurrentSession>();
    let creation = expect_context::<Creation>();
    let create = move || creation.open_form(page.kind());
    let is_read_only = Memo::new(move |_| session.is_read_only());
    let action = dynamic(move || {
        if is_read_only.get() {
            view! { <p class="read-only-note">"Only administrators can change access keys."</p> }.client_only()
        } else {
            let cannot = Signal::derive(move || !session.is_administrator());
            let text = move || labels(page.kind()).create;
            view! { <Button text=text glyph=Glyph::Plus variant=Variant::Primary disabled=cannot on_press=create /> }
                .into_any()
        }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Access Keys"</h1>
                <p class="lede">
                    "Keys your systems use to call the API. Each secret is shown once, when you create it. It cannot be shown again."
                </p>
            </div>
            {action}
        </div>
    }
    .into_any()
}

#[component]
fn Dialogs() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let dismiss = Callback::new(move |()| page.dialog.set(None));
    view! {
        <ClientShow when=move || page.dialog.with(Option::is_some)>
            {lazy_dialog(chunks::key_dialogs, || "Access key".to_owned(), dismiss)}
        </ClientShow>
    }
}
