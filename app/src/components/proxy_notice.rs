//! The notice about an undeclared proxy, for administrators.

use leptos::prelude::*;

use super::{
    button::Button,
    icon::{Glyph, Icon},
};
use crate::{
    lean::{ClientOnly, ClientShow},
    state::CurrentSession,
};

/// Says what is wrong and which setting fixes it. Once dismissed, it stays away until the page is loaded again.
#[component]
pub fn ProxyNotice() -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let address = Memo::new(move |_| session.read(|session| session.untrusted_proxy.clone()).flatten());
    let is_dismissed = RwSignal::new(false);
    view! {
        <ClientShow when=move || !is_dismissed.get()>
            <div class="note note-warn proxy-notice" role="status">
                <Icon glyph=Glyph::Warning />
                <p>
                    "A proxy at "<code>{move || address.get()}</code>" is not trusted, so everyone behind it counts as one client: one \
                    person's wrong passwords can lock out the others, and \u{201c}last used from\u{201d} shows the proxy's address. \
                    If the proxy is yours, set "<code>"LATCHKEY_TRUSTED_PROXIES"</code>" to its address and restart Latchkey."
                </p>
                <Button text="Dismiss" on_press=move || is_dismissed.set(true) />
            </div>
        </ClientShow>
    }
    .client_only()
}
