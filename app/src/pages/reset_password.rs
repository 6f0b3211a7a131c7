//! Where a recovery link leads.

use leptos::prelude::*;

use crate::{
    components::{auth_page::AuthPage, skeleton::form_skeleton},
    lean::{chunks, lazy_view},
};

/// The page behind a recovery link.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    view! {
        <AuthPage heading="Choose a new password" lede="This link works once. You'll be signed out everywhere.">
            {lazy_view(chunks::reset_password, (), form_skeleton)}
        </AuthPage>
    }
}
