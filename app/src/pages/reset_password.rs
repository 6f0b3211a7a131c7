//! Where a recovery link leads.

use leptos::prelude::*;

use crate::{
    chunks,
    components::{auth_page::AuthPage, fetched::fetched, skeleton::form_skeleton},
};

/// Asks for a new password, and signs the member in.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    view! {
        <AuthPage heading="Choose a new password" lede="All sessions of your account end, and this link works once.">
            {fetched(chunks::reset_password, (), form_skeleton)}
        </AuthPage>
    }
}
