//! The form behind a set-up link.

use latchkey_model::{
    name::OrganizationName,
    problem::{Field, Problem},
    redacted::Password,
    session::SetUp,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    field::{TextField, value_of},
    form_problem::FormProblem,
    link_note::LinkNote,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, LinkFragment},
};

/// Asks for the organization and the administrator, and signs in.
#[component]
pub fn SetUpForm() -> impl IntoView {
    let link = LinkFragment::new();
    let call = Call::new();
    let organization = NodeRef::<html::Input>::new();
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match OrganizationName::parse(&value_of(organization)) {
            Ok(organization) => {
                let password = Password::from(value_of(password));
                let set_up = api::set_up(SetUp {
                    token: link.token(),
                    organization: organization.into(),
                    email: value_of(email),
                    password,
                });
                call.start_session_then_leave_for(set_up, "/access-keys".to_owned());
            }
            Err(error) => call.fail(Problem::at_field(Field::ORGANIZATION, error.to_string())),
        }
    };
    view! {
            <LinkNote link=link missing="You need the one-time link that Latchkey printed when it started." />
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="organization"
                    label="Organization"
                    autocomplete="organization"
                    input=organization
                    error=call.error_at(Field::ORGANIZATION)
                    autofocus=true
                />
                <TextField
                    id="email"
                    label="E-mail address"
                    kind="email"
                    autocomplete="username"
                    hint="You'll sign in with this address."
                    input=email
                    error=call.error_at(Field::EMAIL)
                />
                <TextField
                    id="password"
                    label="Password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. Several random words work well."
                    input=password
                    error=call.error_at(Field::PASSWORD)
                />
                <FormProblem problem=call.problem() />
                <Button text="Create organization" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
            </form>
    }
    .client_only()
}
