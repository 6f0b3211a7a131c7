//! Where an invitation leads.

use latchkey_model::member::Invitation;
use leptos::prelude::*;

use crate::{
    components::{auth_page::AuthPage, skeleton::invitation_skeleton},
    lean::{chunks, lazy_view},
    state::Load,
};

/// The page behind an invitation. Its heading names the organization once the invitation is loaded.
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
            {lazy_view(chunks::accept_invitation, invitation, invitation_skeleton)}
        </AuthPage>
    }
}
