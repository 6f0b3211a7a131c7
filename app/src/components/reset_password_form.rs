//! The form behind a recovery link.

use latchkey_model::{problem::Field, redacted::Password, session::ResetPassword};
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

/// Asks for the new password, and signs in.
#[component]
pub fn ResetPasswordForm() -> impl IntoView {
    let link = LinkFragment::new();
    let call = Call::new();
    let new = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reset = api::reset_password(ResetPassword { token: link.token(), new: Password::from(value_of(new)) });
        call.start_session_then_leave_for(reset, "/access-keys".to_owned());
    };
    view! {
            <LinkNote link=link missing="You need a recovery link. Ask an administrator for one." />
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="new-password"
                    label="New password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 12 characters. Several random words work well."
                    input=new
                    error=call.error_at(Field::NEW)
                    autofocus=true
                />
                <FormProblem problem=call.problem() />
                <Button text="Change password" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
            </form>
    }
    .client_only()
}
