//! The first page of a fresh Latchkey, behind the link that the server printed.

use leptos::prelude::*;

use crate::{
    components::{auth_page::AuthPage, skeleton::form_skeleton},
    lean::{chunks, lazy_view},
};

/// The page that creates an organization and its first administrator.
#[component]
pub fn SetUpPage() -> impl IntoView {
    view! {
        <AuthPage heading="Set up Latchkey" lede="Name your organization and become its first administrator.">
            {lazy_view(chunks::set_up, (), form_skeleton)}
        </AuthPage>
    }
}
