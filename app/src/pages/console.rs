//! The frame of the pages that need a session: the menu, and the page beside it.

use leptos::{ev, prelude::*, task::spawn_local};

use crate::{
    components::{banner::Banner, labels::labels, side_menu::SideMenu},
    lean::{ClientShow, chunks, dynamic, lazy_dialog, lazy_view},
    pages::{access_keys::AccessKeysPage, account::AccountPage, members::MembersPageView},
    routes::ConsolePage,
    state::{Creation, CurrentSession},
};

/// The frame. Without a session the browser leaves for the sign-in page.
#[component]
pub fn Console(
    /// The page in it.
    page: Memo<ConsolePage>,
) -> impl IntoView {
    let session = CurrentSession::new();
    provide_context(session);
    let creation = Creation::new();
    provide_context(creation);
    Effect::new(move |_| session.fetch());
    let has_notice = Memo::new(move |_| session.read(|session| session.untrusted_proxy.is_some()).unwrap_or(false));
    let title = move || untrack(|| creation.form_kind()).map_or("New key", |kind| labels(kind).create).to_owned();
    prefetch_dialogs(session);
    view! {
        <a class="skip-link" href="#content" rel="external">"Skip to content"</a>
        <div class="console">
            <SideMenu />
            <main class="console-main" id="content" tabindex="-1">
                <Banner />
                <ClientShow when=move || has_notice.get()>{lazy_view(chunks::proxy_notice, (), || ().into_any())}</ClientShow>
                <ClientShow when=move || creation.is_visible()>
                    {lazy_dialog(chunks::new_key, title, Callback::new(move |()| creation.close_form()))}
                </ClientShow>
                {dynamic(move || match page.get() {
                    ConsolePage::AccessKeys => view! { <AccessKeysPage /> }.into_any(),
                    ConsolePage::Members => view! { <MembersPageView /> }.into_any(),
                    ConsolePage::Account => view! { <AccountPage /> }.into_any(),
                })}
            </main>
        </div>
    }
    .into_any()
}

/// Fetches the code of the dialogs at the administrator's first pointer move or key press: the dialogs must open even if the network
/// then fails, and an earlier request would slow down the start.
fn prefetch_dialogs(session: CurrentSession) {
    let is_fetched = StoredValue::new(false);
    let fetch = move || {
        if !is_fetched.get_value() && untrack(|| session.is_administrator()) {
            is_fetched.set_value(true);
            spawn_local(async {
                // Code that cannot be fetched now is fetched when it is needed.
                let _ = chunks::new_key().await;
            });
        }
    };
    Effect::new(move |_| {
        let pointer = window_event_listener(ev::pointermove, move |_| fetch());
        let key = window_event_listener(ev::keydown, move |_| fetch());
        let back = window_event_listener(ev::visibilitychange, move |_| {
            // The member may have signed in again in another tab.
            if untrack(|| session.has_ended()) {
                session.fetch();
            }
        });
        on_cleanup(move || {
            pointer.remove();
            key.remove();
            back.remove();
        });
    });
}
