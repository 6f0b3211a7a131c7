//! The members and the pending invitations, with their dialogs.

use leptos::prelude::*;

use super::{
    error_state::ErrorState, invitation_list::InvitationList, invite_dialog::InviteDialog, member_table::MemberTable,
    pager::Pager, recovery_dialog::RecoveryDialog, remove_member_dialog::RemoveMemberDialog, role_dialog::RoleDialog,
    skeleton::members_skeleton, stale_note::StaleNote,
};
use crate::{
    lean::ClientOnly,
    state::{Load, MemberDialog, MembersPage},
};

/// Shows the members and the open dialog.
#[component]
pub fn MembersView() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    view! {
        <StaleNote
            refresh=page.members.refresh()
            what="Showing the members"
            on_retry=move || page.members.reload()
        />
        {move || match page.members.entries() {
            Load::Pending => members_skeleton(),
            Load::Ready(members) => view! {
                <MemberTable members=members />
                <Pager pages=page.members list="members" />
                <Invitations />
            }.client_only(),
            Load::Failed(problem) => {
                let retry = move || page.reload();
                let (title, refresh) = ("Couldn't load the members", page.members.refresh());
                view! { <ErrorState title=title problem=problem on_retry=retry refresh=refresh /> }.client_only()
            }
        }}
        <Dialogs />
    }
    .client_only()
}

/// Shows the pending invitations, if there are any.
#[component]
fn Invitations() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    move || match page.invitations.entries() {
        Load::Pending => ().into_any(),
        Load::Ready(none) if none.is_empty() => ().into_any(),
        Load::Ready(invitations) => view! {
            <StaleNote
                refresh=page.invitations.refresh()
                what="Showing the invitations"
                on_retry=move || page.invitations.reload()
            />
            <InvitationList invitations=invitations />
            <Pager pages=page.invitations list="invitations" />
        }
        .client_only(),
        Load::Failed(problem) => {
            let retry = move || page.invitations.reload();
            let (title, refresh) = ("Couldn't load the invitations", page.invitations.refresh());
            view! { <ErrorState title=title problem=problem on_retry=retry refresh=refresh /> }.client_only()
        }
    }
}

#[component]
fn Dialogs() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    move || match page.dialog.get() {
        None => ().into_any(),
        Some(MemberDialog::Invite) => view! { <InviteDialog /> }.client_only(),
        Some(MemberDialog::Role(member, role)) => view! { <RoleDialog member=member role=role /> }.client_only(),
        Some(MemberDialog::Remove(member)) => view! { <RemoveMemberDialog member=member /> }.client_only(),
        Some(MemberDialog::Recovery(member)) => view! { <RecoveryDialog member=member /> }.client_only(),
    }
}
