//! Pending invitations.

use latchkey_model::member::PendingInvitation;
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    form_problem::FormProblem,
    side_menu::name_of_role,
};
use crate::{
    browser::dates,
    lean::{ClientOnly, ClientShow},
    state::{Call, CurrentSession, MembersPage},
};

/// A page of the invitations.
#[component]
pub fn InvitationList(
    /// The invitations.
    invitations: Vec<PendingInvitation>,
) -> impl IntoView {
    let line = |invitation| view! { <Invitation invitation=invitation /> };
    view! {
        <section class="invitations" aria-labelledby="invitations-title">
            <h2 id="invitations-title" tabindex="-1">"Pending invitations"</h2>
            <ul>{invitations.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .client_only()
}

#[component]
fn Invitation(invitation: PendingInvitation) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    let call = Call::new();
    let email = StoredValue::new(invitation.email.clone());
    let expires_at = invitation.expires_at;
    let label = format!("Cancel invitation of {}", invitation.email);
    let withdraw = move || page.withdraw(call, &email.get_value());
    view! {
        <li>
            <span class="invitation-email"><bdi>{invitation.email}</bdi></span>
            <span>{name_of_role(invitation.role)}</span>
            <span class="invitation-end">
                "Expires "
                <time datetime=dates::rfc3339(expires_at) title=dates::day_and_clock(expires_at)>
                    {dates::until(expires_at, dates::now())}
                </time>
            </span>
            <ClientShow when=move || session.is_administrator()>
                <Button text="Cancel invitation" variant=Variant::Quiet label=label.clone() pending=call.pending() on_press=withdraw />
            </ClientShow>
            <FormProblem problem=call.problem() />
        </li>
    }
    .client_only()
}
