//! The frame of the pages that need a session: the menu, and the page beside it.

use leptos::prelude::*;

use crate::{
    chunks,
    components::{error_state::ErrorState, fetched::fetched, late::LateShow, live::live, side_menu::SideMenu},
    pages::{access_keys::AccessKeysPage, account::AccountPage, members::MembersPageView},
    routes::ConsolePage,
    state::{Creation, CurrentSession},
};

/// The frame. Without a session the browser leaves it for the sign-in page.
#[component]
pub fn Console(
    /// The page in it.
    page: Memo<ConsolePage>,
) -> impl IntoView {
    let session = CurrentSession::new();
    provide_context(session);
    let creation = Creation::new();
    provide_context(creation);
    Effect::new(move |_| session.ask());
    let problem = Memo::new(move |_| session.state().with(|state| state.problem().cloned()));
    let has_notice = Memo::new(move |_| session.read(|session| session.untrusted_proxy.is_some()).unwrap_or(false));
    view! {
        <a class="skip-link" href="#content" rel="external">"Skip to content"</a>
        <div class="console">
            <SideMenu />
            <main class="console-main" id="content" tabindex="-1">
                {live(move || problem.get().map(|problem| {
                    let retry = move || session.ask();
                    view! { <ErrorState title="Latchkey could not tell who you are" problem=problem on_retry=retry /> }
                }).into_any())}
                <LateShow when=move || has_notice.get()>{fetched(chunks::proxy_notice, (), || ().into_any())}</LateShow>
                <LateShow when=move || creation.is_visible()>{fetched(chunks::new_key, (), || ().into_any())}</LateShow>
                {live(move || match page.get() {
                    ConsolePage::AccessKeys => view! { <AccessKeysPage /> }.into_any(),
                    ConsolePage::Members => view! { <MembersPageView /> }.into_any(),
                    ConsolePage::Account => view! { <AccountPage /> }.into_any(),
                })}
            </main>
        </div>
    }
    .into_any()
}
