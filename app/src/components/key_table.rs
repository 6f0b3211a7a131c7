//! The list of keys: a table, which becomes labelled cards on a phone.

use leptos::prelude::*;

use super::{
    button::Button,
    empty_state::EmptyState,
    error_state::ErrorState,
    form_problem::what_to_say,
    icon::{Glyph, Icon},
    key_row::KeyRow,
    late::{Late, LateShow},
    live::live,
    skeleton::ListSkeleton,
    words::words,
};
use crate::state::KeysPage;

/// What is to be seen of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Bars, until the first answer.
    Skeleton,
    /// Keys.
    Table,
    /// No keys.
    Empty,
    /// Why there are none.
    Error,
}

/// The keys of the tab, whatever has become of the request for them.
#[component]
pub fn KeyTable() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let list = page.list;
    let sight = Memo::new(move |_| match (list.is_empty(), list.problem().is_some(), list.is_loading()) {
        (false, _, _) => Sight::Table,
        (true, true, _) => Sight::Error,
        (true, false, true) => Sight::Skeleton,
        (true, false, false) => Sight::Empty,
    });
    live(move || match sight.get() {
        Sight::Skeleton => view! { <ListSkeleton label="Loading the access keys…" /> }.into_any(),
        Sight::Table => view! { <Table /> }.late(),
        Sight::Empty => view! { <EmptyState /> }.late(),
        Sight::Error => list
            .problem()
            .map(|problem| {
                let retry = move || list.reload();
                view! { <ErrorState title="The access keys could not be loaded" problem=problem on_retry=retry /> }
            })
            .late(),
    })
}

#[component]
fn Table() -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let list = page.list;
    let heading = |text: &'static str| view! { <th role="columnheader" scope="col">{text}</th> };
    let id_heading =
        live(move || view! { <th role="columnheader" scope="col">{words(page.kind()).id}</th> }.into_any());
    view! {
        <LateShow when=move || list.has_newer()>
            <div class="key-table-start"><Button text="Show newer" on_press=move || list.show_newer() /></div>
        </LateShow>
        <div class="key-table" class:is-stale=move || list.is_loading()>
            <table role="table" aria-label=move || words(page.kind()).plural aria-busy=move || list.is_loading().to_string()>
                <thead role="rowgroup">
                    <tr role="row">
                        {heading("Name")}
                        {id_heading}
                        {heading("Status")}
                        {heading("Last used")}
                        {heading("Created")}
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
            <div class="key-table-range" role="status">{live(move || list.range().into_any())}</div>
            {live(move || list.problem().map(|problem| view! {
                <p class="note note-bad" role="alert"><Icon glyph=Glyph::Warning />{what_to_say(&problem)}</p>
                <Button text="Try again" on_press=move || list.reload() />
            }.late()).into_any())}
            <LateShow when=move || list.has_more()>
                <Button text="Load more" pending=Signal::derive(move || list.is_loading_more()) on_press=move || list.show_more() />
            </LateShow>
        </div>
    }
    .late()
}
