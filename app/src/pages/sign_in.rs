//! Signing in.

use latchkey_model::{redacted::Password, session::SignIn};
use leptos::{ev, html, prelude::*};

use crate::{
    api,
    components::{
        auth_page::AuthPage,
        button::{Button, ButtonType, Variant},
        field::{TextField, value_of},
        form_problem::FormProblem,
    },
    navigation::Location,
    routes::HOME,
    state::Call,
};

/// The sign-in page. It leads back to the page that the member came from, if that is on this site.
#[component]
pub fn SignInPage() -> impl IntoView {
    let location = Location::current();
    let call = Call::new();
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let has_ended = move || location.parameter("ended").is_some();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let next = untrack(|| location.parameter("next"));
        let next = next.as_deref().filter(|next| is_path_of_this_site(next)).unwrap_or(HOME);
        let sign_in = api::sign_in(SignIn { email: value_of(email), password: Password::from(value_of(password)) });
        call.start_session_then_leave_for(sign_in, next.to_owned());
    };
    view! {
        <AuthPage heading="Sign in">
            <Show when=has_ended>
                <p class="note" role="status">"You've been signed out. Sign in to continue."</p>
            </Show>
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="username"
                    input=email
                    autofocus=true
                />
                <TextField
                    id="password"
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    input=password
                />
                <FormProblem problem=call.problem() />
                <Button text="Sign in" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
            </form>
            <p class="auth-page-foot">"Forgot your password? Ask an administrator for a recovery link."</p>
        </AuthPage>
    }
}

/// Whether `next` leads to a page of this site in every browser: it starts with a single slash, and has no character that browsers
/// drop or treat as another slash.
fn is_path_of_this_site(next: &str) -> bool {
    next.starts_with('/') && !next.starts_with("//") && !next.chars().any(|c| c == '\\' || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert!(is_path_of_this_site("/members"));
        assert!(is_path_of_this_site("/access-keys?tab=api-keys"));
        for next in ["", "members", "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"] {
            assert!(!is_path_of_this_site(next), "{next:?} was followed");
        }
    }
}
