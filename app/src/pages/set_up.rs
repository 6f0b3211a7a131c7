//! The first page of a fresh Latchkey, behind the link that the server printed.

use leptos::prelude::*;

use crate::{
    chunks,
    components::{auth_page::AuthPage, fetched::fetched, skeleton::form_skeleton},
};

/// Creates an organization and its first administrator.
#[component]
pub fn SetUpPage() -> impl IntoView {
    view! {
        <AuthPage heading="Set up Latchkey" lede="Name your organization and become its first administrator.">
            {fetched(chunks::set_up, (), form_skeleton)}
        </AuthPage>
    }
}
