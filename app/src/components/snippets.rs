//! Ready-to-paste commands that use a key.

use latchkey_model::{
    access_key::AccessKey,
    snippet::{CredentialKind, Language, snippet},
};
use leptos::{html, prelude::*, task::spawn_local};

use super::{
    copy_field::Copied,
    icon::Icon,
    tabs::{Tabs, tab_id},
};
use crate::{browser::clipboard, lean::ClientOnly, state::CurrentSession};

/// Shows the commands, in one language at a time.
#[component]
pub fn Snippets(
    /// The key.
    key: AccessKey,
) -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let (credential, id) = (CredentialKind::from_key(&key), key.id);
    let labels: Vec<&str> = credential.languages().iter().copied().map(Language::label).collect();
    let selected = RwSignal::new(0_usize);
    let code = NodeRef::<html::Pre>::new();
    let copied = RwSignal::new(Copied::NotYet);
    let commands = Memo::new(move |_| {
        let language = credential.languages().get(selected.get()).copied().unwrap_or_default();
        snippet(language, credential, &id, &session.base_url(), &session.issuer())
    });
    let copy = move |_| {
        let Some(code) = code.get_untracked() else { return };
        spawn_local(async move { Copied::announce(copied, clipboard::copy_block(code.into()).await) });
    };
    let select = move |index| {
        selected.set(index);
        copied.set(Copied::NotYet);
    };
    view! {
        <div class="snippets">
            <div class="snippets-bar">
                <Tabs
                    name="snippet"
                    label="Language of the commands"
                    tabs=labels
                    selected=selected
                    on_select=select
                />
                <button class="snippets-copy" type="button" aria-label="Copy command" on:click=copy>
                    {move || view! { <Icon glyph=copied.get().glyph() /> }}
                    <span aria-hidden="true">{move || copied.get().button_text()}</span>
                </button>
            </div>
            <div role="tabpanel" id="snippet-panel" aria-labelledby=move || tab_id("snippet", selected.get())>
                <pre class="snippets-code" tabindex="0" node_ref=code>{commands}</pre>
            </div>
            <p class="visually-hidden" role="status">{move || copied.get().announcement()}</p>
        </div>
    }
    .client_only()
}
