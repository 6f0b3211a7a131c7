//! One key in the list: its row, and the row of its details under it.

use latchkey_model::{
    access_key::{AccessKey, Activation, KeyStatus, Kind, LastUse},
    id::AccessKeyId,
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::{
    button::Button,
    form_problem::FormProblem,
    icon::{Glyph, Icon},
    labels::labels,
    more_menu::{MoreMenu, MoreMenuItem},
    pill::StatusPill,
    skeleton::TextSkeleton,
};
use crate::{
    browser::{dates, focus},
    lean::{ClientOnly, ClientShow, chunks, dynamic, lazy_view},
    state::{Call, CurrentSession, KeyDialog, KeysPage},
};

/// How many columns the table has; the details span them all.
pub(super) const COLUMNS: &str = "6";

/// A key's row and, when it is open, its details.
#[component]
pub fn KeyRow(
    /// The key.
    id: AccessKeyId,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let found = page.list.find(&id);
    let Some(first) = found else { return ().client_only() };
    let details_id = format!("details-{id}");
    let controls = details_id.clone();
    let open_id = id.clone();
    let is_open = Memo::new(move |_| page.opened.with(|opened| opened.as_ref() == Some(&open_id)));
    // A key that has left the list keeps its last state until its row is removed.
    let find_id = id.clone();
    let key = Memo::new(move |known: Option<&AccessKey>| {
        page.list.find(&find_id).or_else(|| known.cloned()).unwrap_or_else(|| first.clone())
    });
    view! {
        <tr class="key-row" class:is-open=is_open role="row">
            <NameCell key=key is_open=is_open controls=controls />
            <FactCells key=key />
            <td class="key-actions" role="cell"><Actions key=key /></td>
        </tr>
        <ClientShow when=move || is_open.get()>
            <tr class="key-details-row" role="row" id=details_id.clone()>
                <td colspan=COLUMNS role="cell">
                    {lazy_view(chunks::key_details, key, || view! { <TextSkeleton label="Loading the details…" /> }.into_any())}
                </td>
            </tr>
        </ClientShow>
    }
    .client_only()
}

#[component]
fn NameCell(key: Memo<AccessKey>, is_open: Memo<bool>, controls: String) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let toggle = move |_| key.with_untracked(|key| page.toggle(&key.id));
    let id = key.with_untracked(|key| focus::id_of_key(key.id.as_str()));
    view! {
        <td class="key-name" role="cell" data-label="Name">
            <button
                id=id
                class="key-name-button"
                type="button"
                aria-expanded=move || is_open.get().to_string()
                aria-controls=move || is_open.get().then(|| controls.clone())
                on:click=toggle
            >
                <Icon glyph=Glyph::Triangle />
                <span dir="auto">{dynamic(move || key.with(|key| key.name.clone()).into_any())}</span>
            </button>
            <p class="key-by">"by "<bdi>{dynamic(move || key.with(|key| key.created_by.clone()).into_any())}</bdi></p>
        </td>
    }
    .client_only()
}

#[component]
fn FactCells(key: Memo<AccessKey>) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let (id, kind, created_at) = key.with_untracked(|key| (key.id.to_string(), key.kind, key.created_at));
    let status = Memo::new(move |_| key.with(|key| key.status));
    let last_used = dynamic(move || {
        let none = |words| view! { <span class="never">{words}</span> }.client_only();
        key.with(|key| match key.last_use() {
            LastUse::At(last) => view! { <Time at=last.at text=dates::ago(last.at, page.now.get()) /> }.client_only(),
            LastUse::NotRecorded => none("Not recorded"),
            LastUse::Never => none("Never"),
        })
    });
    view! {
        <td class="key-id" role="cell" data-label=labels(kind).id><code>{id}</code></td>
        <td role="cell" data-label="Status">
            {dynamic(move || view! { <StatusPill status=status.get() /> }.into_any())}
            {dynamic(move || key.with(date_of_status).map(|note| view! { <p class="key-ends">{note}</p> }.client_only()).into_any())}
        </td>
        <td class="key-date" role="cell" data-label="Last used">{last_used}</td>
        <td class="key-date key-created" role="cell" data-label="Created">
            <Time at=created_at text=dates::day(created_at) />
        </td>
    }
    .client_only()
}

/// Returns until when, or since when, the status applies.
fn date_of_status(key: &AccessKey) -> Option<String> {
    match (key.status, key.deleted_at, key.expires_at) {
        (KeyStatus::Deleted, Some(deleted), _) => Some(format!("on {}", dates::day(deleted))),
        (KeyStatus::Expired, _, Some(expired)) => Some(format!("on {}", dates::day(expired))),
        (KeyStatus::Active | KeyStatus::Inactive, _, Some(expires)) => Some(format!("expires {}", dates::day(expires))),
        _ => None,
    }
}

#[component]
fn Time(at: Timestamp, text: String) -> impl IntoView {
    view! { <time datetime=dates::rfc3339(at) title=dates::day_and_clock(at)>{text}</time> }.client_only()
}

#[component]
fn Actions(key: Memo<AccessKey>) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let session = expect_context::<CurrentSession>();
    let call = Call::new();
    let status = Memo::new(move |_| key.with(|key| key.status));
    let kind = key.with_untracked(|key| key.kind);
    let named = move |verb: &'static str| Signal::derive(move || key.with(|key| format!("{verb} {}", key.name)));
    let verb = move || match status.get() {
        KeyStatus::Inactive => "Activate",
        KeyStatus::Active => "Deactivate",
        KeyStatus::Deleted => "Restore",
        KeyStatus::Expired => "",
    };
    let act = move || match status.get_untracked() {
        KeyStatus::Inactive => page.set_status(call, &key.get_untracked(), Activation::Active),
        KeyStatus::Active => page.dialog.set(Some(KeyDialog::Deactivate(key.get_untracked()))),
        KeyStatus::Deleted => page.restore(call, &key.get_untracked()),
        KeyStatus::Expired => {}
    };
    let label = Signal::derive(move || key.with(|key| format!("{} {}", verb(), key.name)));
    let can_change = move || session.is_administrator();
    view! {
        <ClientShow when=can_change>
            <div class="key-actions-row">
                <ClientShow when=move || status.get() != KeyStatus::Expired>
                    <Button text=verb pending=call.pending() label=label on_press=act />
                </ClientShow>
                <ClientShow when=move || status.get() != KeyStatus::Deleted>
                    <MoreMenu label=named("More actions for")>
                        <MoreMenuItem glyph=Glyph::Pencil text="Rename" on_choose=move || {
                            page.dialog.set(Some(KeyDialog::Rename(key.get_untracked())));
                        } />
                        <MoreMenuItem glyph=Glyph::Key text="Scopes" on_choose=move || {
                            page.dialog.set(Some(KeyDialog::Scopes(key.get_untracked())));
                        } />
                        {if kind == Kind::OAuthClient {
                            view! {
                                <MoreMenuItem glyph=Glyph::Clock text="Token lifetime" on_choose=move || {
                                    page.dialog.set(Some(KeyDialog::TokenLifetime(key.get_untracked())));
                                } />
                            }
                            .into_any()
                        } else {
                            ().into_any()
                        }}
                        <MoreMenuItem glyph=Glyph::Bin text="Delete" danger=true on_choose=move || {
                            page.dialog.set(Some(KeyDialog::Delete(key.get_untracked())));
                        } />
                    </MoreMenu>
                </ClientShow>
            </div>
            <FormProblem problem=call.problem() />
        </ClientShow>
    }
    .client_only()
}
