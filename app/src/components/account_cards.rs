//! The cards of the account page: who is signed in, and their password.

use latchkey_model::{problem::Field, redacted::Password, session::ChangePassword};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    field::{TextField, value_of},
    form_problem::FormProblem,
    side_menu::name_of_role,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, CurrentSession, Toasts},
};

/// Shows the cards.
#[component]
pub fn AccountCards() -> impl IntoView {
    view! {
        <div class="cards">
            <Identity />
            <ChangePassword />
        </div>
    }
    .client_only()
}

#[component]
fn Identity() -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let fact = |value: Option<String>| match value {
        Some(value) => view! { <bdi>{value}</bdi> }.client_only(),
        None => view! { <span class="skeleton"></span> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="identity-title">
            <h2 id="identity-title">"You"</h2>
            <dl class="facts">
                <dt>"E-mail address"</dt>
                <dd>{move || fact(session.read(|session| session.email.clone()))}</dd>
                <dt>"Organization"</dt>
                <dd>{move || fact(session.read(|session| session.organization.clone()))}</dd>
                <dt>"Role"</dt>
                <dd>{move || fact(session.read(|session| name_of_role(session.role).to_owned()))}</dd>
            </dl>
        </section>
    }
    .into_any()
}

#[component]
fn ChangePassword() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let call = Call::new();
    let form = NodeRef::<html::Form>::new();
    let current = NodeRef::<html::Input>::new();
    let new = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let passwords = (Password::from(value_of(current)), Password::from(value_of(new)));
        call.start(api::change_password(ChangePassword { current: passwords.0, new: passwords.1 }), move |_| {
            if let Some(Some(form)) = form.try_get_untracked() {
                form.reset();
            }
            toasts.success("Password changed. You've been signed out everywhere else.");
        });
    };
    view! {
        <section class="card" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <form class="form" method="post" novalidate node_ref=form on:submit=submit>
                <TextField
                    id="current-password"
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    input=current
                    error=call.error_at(Field::CURRENT)
                />
                <TextField
                    id="new-password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. Changing it signs you out everywhere else."
                    input=new
                    error=call.error_at(Field::NEW)
                />
                <FormProblem problem=call.problem() />
                <div class="form-actions">
                    <Button text="Change password" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
                </div>
            </form>
        </section>
    }
    .into_any()
}
