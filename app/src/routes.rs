//! Which page stands at which path.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

use crate::{
    components::{button::Hydrated, toast::ToastRegion},
    pages::{
        accept_invitation::AcceptInvitationPage, access_keys::AccessKeysPage, account::AccountPage, console::Console,
        members::MembersPageView, not_found::NotFoundPage, reset_password::ResetPasswordPage, set_up::SetUpPage,
        sign_in::SignInPage,
    },
    state::Toasts,
};

/// The whole console.
#[expect(clippy::must_use_candidate, reason = "components are called by view!, which takes what they give")]
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Toasts::new());
    let hydrated = RwSignal::new(false);
    provide_context(Hydrated(hydrated));
    Effect::new(move |_| hydrated.set(true));
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Latchkey".to_owned() } else { format!("{title} · Latchkey") } />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirect path="/access-keys" /> } />
                <Route path=path!("/set-up") view=SetUpPage />
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/accept-invitation") view=AcceptInvitationPage />
                <Route path=path!("/reset-password") view=ResetPasswordPage />
                <ParentRoute path=path!("") view=Console>
                    <Route path=path!("/access-keys") view=AccessKeysPage />
                    <Route path=path!("/members") view=MembersPageView />
                    <Route path=path!("/account") view=AccountPage />
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion />
    }
}
