//! The details in the open row of a key: how to use it, whether it was used, and its history.

use latchkey_model::{
    access_key::{
        AccessKey, AccessKeyDetails, AuditRecord, AuthenticationMethod, HistoryPage, Kind, LastUse,
        ListAccessKeyHistory,
    },
    public_key::PublicKey,
    scope::ScopeName,
};
use leptos::prelude::*;

use super::{
    copy_field::{CopyField, fill_with_text},
    error_state::ErrorState,
    history::History,
    labels::labels,
    live_line::LiveLine,
    pager::Pager,
    skeleton::TextSkeleton,
    snippets::Snippets,
    stale_note::StaleNote,
};
use crate::{
    api,
    browser::dates,
    lean::ClientOnly,
    state::{KeyWatch, KeysPage, Load, Page, Pages},
};

/// The details of one key.
#[component]
pub fn KeyDetails(
    /// The key, kept up to date.
    key: Memo<AccessKey>,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let first = key.get_untracked();
    let watch = KeyWatch::new(page.list, first.id.clone(), key);
    let label = move || key.with(|key| format!("Details of {}", key.name));
    let id = fill_with_text(first.id.to_string());
    let id_label = labels(first.kind).id;
    view! {
        <section class="key-details" aria-label=label>
            <StaleNote refresh=watch.refresh() what="Showing the details" on_retry=move || watch.fetch() />
            <div class="key-details-proof">
                <Snippets key=first />
                <div class="key-details-side">
                    <LiveLine key=key />
                    <CopyField id="details-id" label=id_label copy_label="Copy ID" fill=id />
                    <Facts key=key watch=watch />
                </div>
            </div>
            <h2 class="key-details-heading" id="history-title" tabindex="-1">"History"</h2>
            <Records watch=watch />
        </section>
    }
    .client_only()
}

#[component]
fn Facts(key: Memo<AccessKey>, watch: KeyWatch) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let created = move || key.with(|key| dates::day_and_clock(key.created_at));
    let last_used = move || {
        key.with(|key| match key.last_use() {
            LastUse::At(last) => format!("{} from {}", dates::ago(last.at, page.now.get()), last.from),
            LastUse::NotRecorded => "Not recorded".to_owned(),
            LastUse::Never => "Never".to_owned(),
        })
    };
    let expires = move || {
        key.with(|key| key.expires_at).map(|expires_at| {
            view! {
                <dt>"Expires"</dt>
                <dd>{dates::day_and_clock(expires_at)}</dd>
            }
        })
    };
    let scopes = move || {
        key.with(|key| {
            if key.scopes.is_empty() {
                return "None".client_only();
            }
            let scope = |scope: &ScopeName| view! { <code class="fact-scope">{scope.to_string()}</code> };
            key.scopes.iter().map(scope).collect_view().client_only()
        })
    };
    view! {
        <dl class="facts">
            <dt>"Last used"</dt>
            <dd>{last_used}</dd>
            <dt>"Created"</dt>
            <dd>{created}</dd>
            <dt>"Created by"</dt>
            <dd><bdi>{move || key.with(|key| key.created_by.clone())}</bdi></dd>
            {expires}
            <dt>"Scopes"</dt>
            <dd>{scopes}</dd>
            <ClientFacts key=key watch=watch />
        </dl>
    }
    .client_only()
}

/// The facts that only OAuth clients have.
#[component]
fn ClientFacts(key: Memo<AccessKey>, watch: KeyWatch) -> impl IntoView {
    if key.with_untracked(|key| key.kind) != Kind::OAuthClient {
        return ().client_only();
    }
    let authentication = move || {
        let public_key = |details: &Load<AccessKeyDetails>| {
            details.ready().and_then(|details| PublicKey::try_from(details.public_key.as_ref()?).ok())
        };
        match (key.with(|key| key.authentication), watch.details().with(public_key)) {
            (AuthenticationMethod::Secret, _) => "Client secret".to_owned(),
            (AuthenticationMethod::PrivateKeyJwt, Some(public)) => format!("Key pair ({})", public.label()),
            (AuthenticationMethod::PrivateKeyJwt, None) => "Key pair".to_owned(),
        }
    };
    let lifetime = move || {
        key.with(|key| match key.token_lifetime {
            Some(lifetime) => format!("{} s", lifetime.seconds()),
            None => "Server default (1 hour unless changed)".to_owned(),
        })
    };
    view! {
        <dt>"Authentication"</dt>
        <dd>{authentication}</dd>
        <dt>"Token lifetime"</dt>
        <dd>{lifetime}</dd>
    }
    .client_only()
}

/// Shows the history. Its first page comes with the details, each time that they are loaded.
#[component]
fn Records(watch: KeyWatch) -> impl IntoView {
    let id = watch.id();
    let pages = Pages::new("history-title", move |request| {
        let request = ListAccessKeyHistory { id: id.clone(), cursor: request.cursor, limit: request.limit };
        Box::pin(async move { api::list_access_key_history(request).await.map(page_of) })
    });
    let first = Memo::new(move |_| {
        watch.details().with(|details| match details {
            Load::Pending => Load::Pending,
            Load::Ready(details) => Load::Ready(details.history.clone()),
            Load::Failed(problem) => Load::Failed(problem.clone()),
        })
    });
    Effect::new(move |_| {
        pages.set_first_page(match first.get() {
            Load::Pending => Load::Pending,
            Load::Ready(history) => Load::Ready(page_of(history)),
            Load::Failed(problem) => Load::Failed(problem),
        });
    });
    let records = move || match pages.entries() {
        Load::Pending => view! { <TextSkeleton label="Loading the history…" /> }.client_only(),
        Load::Ready(records) => view! { <History records=records /> }.client_only(),
        Load::Failed(problem) => {
            let retry = move || watch.fetch();
            let title = "Couldn't load the history";
            view! { <ErrorState title=title problem=problem on_retry=retry refresh=watch.refresh() /> }.client_only()
        }
    };
    view! {
        {records}
        <Pager pages=pages list="the history" />
    }
    .client_only()
}

fn page_of(history: HistoryPage) -> Page<AuditRecord> {
    Page { entries: history.records, next_cursor: history.next_cursor }
}
