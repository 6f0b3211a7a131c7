//! Where a recovery link leads.

use latchkey_model::{problem::Field, redacted::Password};
use leptos::{ev, html, prelude::*};

use crate::{
    api, chunks,
    components::{
        auth_page::AuthPage,
        button::{Button, Look, Purpose},
        fetched::fetched,
        field::{TextField, value_of},
        form_problem::FormProblem,
        late::Late,
        link_note::LinkNote,
        skeleton::form_skeleton,
    },
    state::{Call, LinkFragment},
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

/// Asks for the password.
#[component]
pub fn ResetPasswordForm() -> impl IntoView {
    let link = LinkFragment::new();
    let call = Call::new();
    let new = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reset = api::reset_password(link.token(), Password::from(value_of(new)));
        call.start_session_then_leave_for(reset, "/access-keys".to_owned());
    };
    view! {
            <LinkNote link=link missing="This page works only by a recovery link. Ask an administrator for one." />
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="new-password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. A few words in a row are good."
                    input=new
                    error=call.error_at(Field::New)
                    autofocus=true
                />
                <FormProblem problem=call.problem() />
                <Button text="Change password" look=Look::Primary purpose=Purpose::Submit pending=call.pending() />
            </form>
    }
    .late()
}
