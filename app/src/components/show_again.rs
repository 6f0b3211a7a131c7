//! The toasts that offer to show a saved secret again.

use leptos::{ev, portal::Portal, prelude::*};

use super::icon::{Glyph, Icon};
use crate::{
    browser::{focus, page_is_hidden},
    lean::ClientOnly,
    state::{Creation, SavedSecret},
};

/// The content of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    number: u32,
    name: String,
    what: &'static str,
}

impl Offer {
    fn from_secret(secret: &SavedSecret) -> Self {
        let is_private_key = secret.new.is_private_key();
        Self {
            number: secret.number,
            name: secret.new.key.name.clone(),
            what: if is_private_key { "private key" } else { "secret" },
        }
    }
}

/// One toast for each saved secret. Each stays for its minute, whatever other messages come.
#[component]
pub fn ShowAgainOffers() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let offers = Memo::new(move |_| creation.map_saved(Offer::from_secret));
    let visible = window_event_listener(ev::visibilitychange, move |_| {
        if !page_is_hidden() {
            creation.forget_expired();
        }
    });
    // A browser may keep a page that was left and show it again on a step back.
    let left = window_event_listener(ev::pagehide, move |_| creation.forget_all_saved());
    on_cleanup(move || {
        visible.remove();
        left.remove();
    });
    let Some(region) = focus::toast_region() else { return ().client_only() };
    view! {
        <Portal mount=region>
            <For each=move || offers.get() key=|offer| offer.number let:offer>
                <OfferToast offer=offer />
            </For>
        </Portal>
    }
    .client_only()
}

#[component]
fn OfferToast(offer: Offer) -> impl IntoView {
    let creation = expect_context::<Creation>();
    let Offer { number, name, what } = offer;
    let described_by = format!("saved-secret-{number}");
    let close = format!("Forget the {what} of {name} now");
    view! {
        <div class="toast toast-kept">
            <Icon glyph=Glyph::Key />
            <p id=described_by.clone()>"Did you save the "{what}" of “"<bdi>{name}</bdi>"”? You can see it again for one minute."</p>
            <button class="toast-action" type="button" aria-describedby=described_by on:click=move |_| creation.show_again(number)>
                "Show again"
            </button>
            <button class="toast-close" type="button" aria-label=close on:click=move |_| creation.forget(number)>
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
    .client_only()
}
