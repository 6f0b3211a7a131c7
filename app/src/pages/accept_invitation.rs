//! Where an invitation leads.

use latchkey_model::{member::Invitation, problem::Field, redacted::Password};
use leptos::{ev, html, prelude::*};

use crate::{
    api, chunks,
    components::{
        auth_page::AuthPage,
        button::{Button, Look, Purpose},
        error_state::ErrorState,
        fetched::fetched,
        field::{TextField, value_of},
        form_problem::FormProblem,
        late::Late,
        side_menu::name_of_role,
        skeleton::TextSkeleton,
    },
    state::{Call, LinkFragment, Load, Refresh},
};

/// Says who invites whom; asks for a password, and signs the new member in.
#[component]
pub fn AcceptInvitationPage() -> impl IntoView {
    let invitation = RwSignal::new(Load::<Invitation>::Pending);
    let heading = move || {
        invitation.with(|invitation| match invitation.ready() {
            Some(invitation) => format!("Join {}", invitation.organization),
            None => "Join an organization".to_owned(),
        })
    };
    view! {
        <AuthPage heading=heading>
            {fetched(chunks::accept_invitation, invitation, skeleton)}
        </AuthPage>
    }
}

fn skeleton() -> AnyView {
    view! { <TextSkeleton label="Loading the invitation…" /> }.into_any()
}

/// Shows the invitation that the link is for, and accepts it.
#[component]
pub fn AcceptInvitation(
    /// Where to put the invitation: the page's heading names who invites.
    invitation: RwSignal<Load<Invitation>>,
) -> impl IntoView {
    let link = LinkFragment::new();
    let refresh = Refresh::new();
    let ask = move || Load::ask(invitation, refresh, api::invitation(link.token()));
    refresh.retry_by(ask);
    Effect::new(move |_| {
        link.track();
        ask();
    });
    move || match invitation.get() {
        Load::Pending => skeleton(),
        Load::Ready(invitation) => view! { <JoinForm invitation=invitation link=link /> }.late(),
        Load::Failed(problem) => {
            view! { <ErrorState title="This invitation cannot be used" problem=problem on_retry=ask /> }.late()
        }
    }
}

#[component]
fn JoinForm(invitation: Invitation, link: LinkFragment) -> impl IntoView {
    let call = Call::new();
    let password = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let accept = api::accept_invitation(link.token(), Password::from(value_of(password)));
        call.start_session_then_leave_for(accept, "/access-keys".to_owned());
    };
    view! {
        <p class="lede">
            "You are invited as "<strong>{name_of_role(invitation.role)}</strong>", and will sign in as "
            <bdi class="join-email">{invitation.email.clone()}</bdi>"."
        </p>
        <form class="form" method="post" novalidate on:submit=submit>
            <input class="visually-hidden" type="email" autocomplete="username" value=invitation.email readonly hidden />
            <TextField
                id="password"
                label="Password"
                kind="password"
                autocomplete="new-password"
                hint="At least 12 characters. A few words in a row are good."
                input=password
                error=call.error_at(Field::Password)
                autofocus=true
            />
            <FormProblem problem=call.problem() />
            <Button text="Join" look=Look::Primary purpose=Purpose::Submit pending=call.pending() />
        </form>
    }
    .late()
}
