//! Where an invitation leads.

use latchkey_model::member::Invitation;
use leptos::prelude::*;

use crate::{
    chunks,
    components::{auth_page::AuthPage, fetched::fetched, skeleton::invitation_skeleton},
    state::Load,
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
            {fetched(chunks::accept_invitation, invitation, invitation_skeleton)}
        </AuthPage>
    }
}
