//! The page for an unknown address.

use leptos::prelude::*;

use crate::components::auth_page::AuthPage;

/// Says that the page does not exist.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <AuthPage heading="Page not found" lede="There is nothing at this address.">
            <a class="button button-primary" href="/access-keys">"Go to Access Keys"</a>
        </AuthPage>
    }
}
