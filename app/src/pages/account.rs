//! The signed-in member's own account.

use leptos::prelude::*;

use crate::{
    components::skeleton::TextSkeleton,
    lean::{chunks, lazy_view},
};

/// The page of the account.
#[component]
pub fn AccountPage() -> impl IntoView {
    view! {
        <div class="page-head">
            <div>
                <h1>"Account"</h1>
                <p class="lede">"Your profile and password."</p>
            </div>
        </div>
        {lazy_view(chunks::account, (), || view! { <TextSkeleton label="Loading your account…" /> }.into_any())}
    }
    .into_any()
}
