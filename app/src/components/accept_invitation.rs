//! Joining an organization: the invitation, and the form that accepts it.

use latchkey_model::{
    member::{AcceptInvitation, GetInvitation, Invitation, Role},
    problem::Field,
    redacted::Password,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    error_state::ErrorState,
    field::{TextField, value_of},
    form_problem::FormProblem,
    skeleton::invitation_skeleton,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, LinkFragment, Load, Refresh},
};

/// Shows the invitation that the link is for, and accepts it.
#[component]
pub fn AcceptInvitation(
    /// Receives the invitation: the page's heading names the organization.
    invitation: RwSignal<Load<Invitation>>,
) -> impl IntoView {
    let link = LinkFragment::new();
    let refresh = Refresh::new();
    let ask = move || Load::fetch(invitation, refresh, api::invitation(GetInvitation { token: link.token() }));
    refresh.retry_with(ask);
    Effect::new(move |_| {
        link.track();
        ask();
    });
    move || match invitation.get() {
        Load::Pending => invitation_skeleton(),
        Load::Ready(invitation) => view! { <JoinForm invitation=invitation link=link /> }.client_only(),
        Load::Failed(problem) => {
            view! { <ErrorState title="This invitation cannot be used" problem=problem on_retry=ask /> }.client_only()
        }
    }
}

#[component]
fn JoinForm(invitation: Invitation, link: LinkFragment) -> impl IntoView {
    let call = Call::new();
    let password = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let accept = api::accept_invitation(AcceptInvitation {
            token: link.token(),
            password: Password::from(value_of(password)),
        });
        call.start_session_then_leave_for(accept, "/access-keys".to_owned());
    };
    let role = match invitation.role {
        Role::Administrator => "an administrator",
        Role::Member => "a member",
    };
    view! {
        <p class="lede">
            "You've been invited as "<strong>{role}</strong>". You'll sign in as "
            <bdi class="join-email">{invitation.email.clone()}</bdi>"."
        </p>
        <form class="form" method="post" novalidate on:submit=submit>
            <input class="visually-hidden" type="email" autocomplete="username" value=invitation.email readonly hidden />
            <TextField
                id="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                hint="At least 12 characters. Several random words work well."
                input=password
                error=call.error_at(Field::PASSWORD)
                autofocus=true
            />
            <FormProblem problem=call.problem() />
            <Button text="Join" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
        </form>
    }
    .client_only()
}
