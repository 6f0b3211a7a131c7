//! Configure > Members.

use leptos::prelude::*;

use crate::{
    chunks,
    components::{
        button::{Button, Look},
        error_state::ErrorState,
        fetched::fetched,
        icon::Glyph,
        invitation_list::InvitationList,
        invite_dialog::InviteDialog,
        late::Late,
        live::live,
        member_table::MemberTable,
        pager::Pager,
        recovery_dialog::RecoveryDialog,
        remove_member_dialog::RemoveMemberDialog,
        role_dialog::RoleDialog,
        skeleton::ListSkeleton,
        stale_note::StaleNote,
    },
    state::{CurrentSession, Load, MemberDialog, MembersPage},
};

/// The page of members.
#[component]
pub fn MembersPageView() -> impl IntoView {
    let page = MembersPage::new();
    provide_context(page);
    Effect::new(move |_| page.ask());
    view! {
        <PageHead />
        {fetched(chunks::members, (), skeleton)}
    }
    .into_any()
}

fn skeleton() -> AnyView {
    view! { <ListSkeleton label="Loading the members…" rows=3 /> }.into_any()
}

/// The members, and the open dialog.
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
            Load::Pending => skeleton(),
            Load::Ready(members) => view! {
                <MemberTable members=members />
                <Pager pages=page.members of="members" />
                <Invitations />
            }.late(),
            Load::Failed(problem) => {
                let retry = move || page.ask();
                let (title, refresh) = ("The members could not be loaded", page.members.refresh());
                view! { <ErrorState title=title problem=problem on_retry=retry refresh=refresh /> }.late()
            }
        }}
        <Dialogs />
    }
    .late()
}

/// Nothing, for as long as nobody is invited.
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
            <Pager pages=page.invitations of="invitations" />
        }
        .late(),
        Load::Failed(problem) => {
            let retry = move || page.invitations.reload();
            let (title, refresh) = ("The invitations could not be loaded", page.invitations.refresh());
            view! { <ErrorState title=title problem=problem on_retry=retry refresh=refresh /> }.late()
        }
    }
}

#[component]
fn PageHead() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    let is_read_only = Memo::new(move |_| session.is_read_only());
    let invite = move || page.dialog.set(Some(MemberDialog::Invite));
    let action = live(move || {
        if is_read_only.get() {
            view! { <p class="read-only-note">"Only administrators can change members."</p> }.late()
        } else {
            let cannot = Signal::derive(move || !session.is_administrator());
            view! { <Button text="Invite member" glyph=Glyph::Plus look=Look::Primary disabled=cannot on_press=invite /> }
                .into_any()
        }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Members"</h1>
                <p class="lede">
                    "People who can sign in to this console. Administrators change access keys and members; members see the access keys."
                </p>
            </div>
            {action}
        </div>
    }
    .into_any()
}

#[component]
fn Dialogs() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    move || match page.dialog.get() {
        None => ().into_any(),
        Some(MemberDialog::Invite) => view! { <InviteDialog /> }.late(),
        Some(MemberDialog::Role(member, role)) => view! { <RoleDialog member=member role=role /> }.late(),
        Some(MemberDialog::Remove(member)) => view! { <RemoveMemberDialog member=member /> }.late(),
        Some(MemberDialog::Recovery(member)) => view! { <RecoveryDialog member=member /> }.late(),
    }
}
