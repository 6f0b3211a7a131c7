//! The whole console: the page at the address, and the messages above it.

use leptos::prelude::*;

use crate::{
    browser::title,
    components::toast::ToastRegion,
    lean::dynamic,
    navigation::Location,
    pages::{
        accept_invitation::AcceptInvitationPage, console::Console, not_found::NotFoundPage,
        reset_password::ResetPasswordPage, set_up::SetUpPage, sign_in::SignInPage,
    },
    routes::{ConsolePage, Page},
    state::{Connection, Toasts},
};

/// The whole console.
#[expect(clippy::must_use_candidate, reason = "components are called by view!, which takes what they return")]
#[component]
pub fn App() -> impl IntoView {
    provide_context(Toasts::new());
    provide_context(Connection::new());
    let location = Location::follow();
    provide_context(location);
    let page = Memo::new(move |_| Page::at(location));
    Effect::new(move |_| title::set(page.get().title()));
    // The frame stays when only the page in it changes.
    let frame = Memo::new(move |_| match page.get() {
        Page::Console(_) => Page::Console(ConsolePage::AccessKeys),
        alone => alone,
    });
    let console_page = Memo::new(move |previous: Option<&ConsolePage>| match page.get() {
        Page::Console(page) => page,
        _ => previous.copied().unwrap_or(ConsolePage::AccessKeys),
    });
    view! {
        {dynamic(move || match frame.get() {
            Page::Console(_) => view! { <Console page=console_page /> }.into_any(),
            Page::SetUp => view! { <SetUpPage /> }.into_any(),
            Page::SignIn => view! { <SignInPage /> }.into_any(),
            Page::AcceptInvitation => view! { <AcceptInvitationPage /> }.into_any(),
            Page::ResetPassword => view! { <ResetPasswordPage /> }.into_any(),
            Page::NotFound => view! { <NotFoundPage /> }.into_any(),
        })}
        <ToastRegion />
    }
}
