//! Configure > Access Keys.

use std::time::Duration;

use latchkey_model::timestamp::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    browser::dates,
    components::{
        button::{Button, Look},
        icon::Glyph,
        key_dialogs::KeyDialogs,
        key_table::KeyTable,
        key_tools::KeyTools,
        late::Late,
        tabs::{Tabs, tab_id},
        words::words,
    },
    state::{CurrentSession, KeyDialog, KeysPage, Tab, Watched},
};

/// How often "12 s ago" is counted anew.
const TICK: Duration = Duration::from_secs(10);

/// The tabs, in order, as the URL and the page name them.
const TABS: [(&str, &str); 2] = [("oauth-clients", "OAuth Clients"), ("api-keys", "API Keys")];

/// The page of access keys. The tab is in the URL.
#[component]
pub fn AccessKeysPage() -> impl IntoView {
    let query = use_query_map();
    let tab = Memo::new(move |_| {
        let slug = query.with(|query| query.get("tab"));
        TABS.iter().position(|(tab, _)| slug.as_deref() == Some(*tab)).unwrap_or(0)
    });
    let page = KeysPage::new(Tab(tab));
    provide_context(page);
    keep_time(page.now);
    let navigate = use_navigate();
    let select = move |index: usize| {
        let Some((slug, _)) = TABS.get(index) else { return };
        if index != tab.get_untracked() {
            page.widen();
            page.opened.set(None);
            let stay = NavigateOptions { scroll: false, ..NavigateOptions::default() };
            navigate(&format!("/access-keys?tab={slug}"), stay);
        }
    };
    view! {
        <Title text="Access keys" />
        <PageHead />
        <Tabs name="kind" label="Kind of access key" tabs=TABS.map(|(_, label)| label).to_vec() selected=tab on_select=select />
        <div class="tab-panel" role="tabpanel" id="kind-panel" aria-labelledby=move || tab_id("kind", tab.get())>
            <KeyTools />
            <KeyTable />
        </div>
        <KeyDialogs />
    }
    .into_any()
}

fn keep_time(now: Watched<Timestamp>) {
    Effect::new(move |_| {
        now.set(dates::now());
        if let Ok(timer) = set_interval_with_handle(move || now.set(dates::now()), TICK) {
            on_cleanup(move || timer.clear());
        }
    });
}

#[component]
fn PageHead() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let session = expect_context::<CurrentSession>();
    let create = move || page.dialog.set(Some(KeyDialog::Create(page.kind())));
    let is_read_only = Memo::new(move |_| session.is_read_only());
    let action = move || {
        if is_read_only.get() {
            view! { <p class="read-only-note">"Only administrators can change access keys."</p> }.late()
        } else {
            let cannot = Signal::derive(move || !session.is_administrator());
            let text = move || words(page.kind()).create;
            view! { <Button text=text glyph=Glyph::Plus look=Look::Primary disabled=cannot on_press=create /> }
                .into_any()
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Access keys"</h1>
                <p class="lede">
                    "Credentials that let your systems call the API. A secret is shown once, when it is made; after that, nobody can read it, only check it."
                </p>
            </div>
            {action}
        </div>
    }
    .into_any()
}
