//! The list of keys: a table, or labelled cards on a phone.

use leptos::prelude::*;

use super::{
    button::Button,
    empty_state::EmptyState,
    error_state::ErrorState,
    form_problem::problem_text,
    icon::{Glyph, Icon},
    key_row::KeyRow,
    labels::labels,
    skeleton::ListSkeleton,
    stale_note::StaleNote,
};
use crate::{
    lean::{ClientOnly, ClientShow, dynamic},
    state::KeysPage,
};

/// What is shown of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListState {
    /// A skeleton, until the first answer.
    Skeleton,
    /// Keys.
    Table,
    /// No keys.
    Empty,
    /// Why no keys could be loaded.
    Error,
}

/// Shows the keys of the tab, or the state of the request for them.
#[component]
pub fn KeyTable() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let list = page.list;
    let state = Memo::new(move |_| match (list.is_empty(), list.refresh().has_failed(), list.is_loading()) {
        (false, _, _) => ListState::Table,
        (true, true, _) => ListState::Error,
        (true, false, true) => ListState::Skeleton,
        (true, false, false) => ListState::Empty,
    });
    dynamic(move || {
        match state.get() {
        ListState::Skeleton => view! { <ListSkeleton label="Loading the access keys…" /> }.into_any(),
        ListState::Table => view! { <Table /> }.client_only(),
        ListState::Empty => view! { <EmptyState /> }.client_only(),
        ListState::Error => untrack(|| list.refresh().problem())
            .map(|problem| {
                let title = "Couldn't load the access keys";
                view! { <ErrorState title=title problem=problem on_retry=move || list.retry() refresh=list.refresh() /> }
            })
            .client_only(),
    }
    })
}

#[component]
fn Table() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let list = page.list;
    let heading = |text: &'static str| view! { <th role="columnheader" scope="col">{text}</th> };
    let what = Signal::derive(move || {
        let what =
            if list.answers_query() { "Showing the list" } else { "These are not your search results, but the list" };
        what.to_owned()
    });
    let id_heading =
        dynamic(move || view! { <th role="columnheader" scope="col">{labels(page.kind()).id}</th> }.into_any());
    view! {
        <ClientShow when=move || list.has_newer()>
            <div class="key-table-start"><Button text="Show newer" on_press=move || list.show_newer() /></div>
        </ClientShow>
        <ClientShow when=move || !list.has_failed_to_load_more()>
            <StaleNote refresh=list.refresh() what=what on_retry=move || list.retry() />
        </ClientShow>
        <div class="key-table" class:is-stale=move || list.is_loading()>
            <table role="table" aria-label=move || labels(page.kind()).plural aria-busy=move || list.is_loading().to_string()>
                <thead role="rowgroup">
                    <tr role="row">
                        {heading("Name")}
                        {id_heading}
                        {heading("Status")}
                        {heading("Last used")}
                        <th class="key-created" role="columnheader" scope="col">"Created"</th>
                        <th role="columnheader" scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || list.ids() key=Clone::clone let:id>
                        <KeyRow id=id />
                    </For>
                </tbody>
            </table>
        </div>
        <div class="key-table-end">
            <div class="key-table-range" role="status">{dynamic(move || list.label().into_any())}</div>
            {dynamic(move || list.refresh().problem().filter(|_| list.has_failed_to_load_more()).map(|problem| view! {
                <p class="note note-bad" role="alert"><Icon glyph=Glyph::Warning />"Couldn't load more keys. "{problem_text(&problem)}</p>
            }.client_only()).into_any())}
            <ClientShow when=move || list.has_more()>
                <Button text="Load more" pending=Signal::derive(move || list.is_loading_more()) on_press=move || list.show_more() />
            </ClientShow>
        </div>
    }
    .client_only()
}
