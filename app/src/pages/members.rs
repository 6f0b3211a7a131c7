//! Configure > Members.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    components::{
        button::{Button, Look},
        error_state::ErrorState,
        icon::{Glyph, Icon},
        invite_dialog::InviteDialog,
        member_table::{InvitationList, MemberTable},
        recovery_dialog::RecoveryDialog,
        remove_member_dialog::RemoveMemberDialog,
        skeleton::ListSkeleton,
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
        <Title text="Members" />
        <PageHead />
        {move || match page.members.get() {
            Load::Pending => view! { <ListSkeleton label="Loading the members…" rows=3 /> }.into_any(),
            Load::Ready(list) => view! {
                <MemberTable members=list.members />
                {(!list.invitations.is_empty()).then(|| view! { <InvitationList invitations=list.invitations /> })}
            }.into_any(),
            Load::Failed(problem) => {
                let retry = move || page.ask();
                view! { <ErrorState title="The members could not be loaded" problem=problem on_retry=retry /> }.into_any()
            }
        }}
        <Dialogs />
    }
    .into_any()
}

#[component]
fn PageHead() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    view! {
        <div class="page-head">
            <div>
                <h1>"Members"</h1>
                <p class="lede">
                    "People who can sign in to this console. Administrators change access keys and members; members see the access keys."
                </p>
            </div>
            <Show
                when=move || !session.is_read_only()
                fallback=|| view! { <p class="read-only-note">"Only administrators can change members."</p> }
            >
                <Button
                    look=Look::Primary
                    disabled=Signal::derive(move || !session.is_administrator())
                    on:click=move |_| page.dialog.set(Some(MemberDialog::Invite))
                >
                    <Icon glyph=Glyph::Plus />
                    "Invite member"
                </Button>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Dialogs() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    move || match page.dialog.get() {
        None => ().into_any(),
        Some(MemberDialog::Invite) => view! { <InviteDialog /> }.into_any(),
        Some(MemberDialog::Remove(member)) => view! { <RemoveMemberDialog member=member /> }.into_any(),
        Some(MemberDialog::Recovery(member)) => view! { <RecoveryDialog member=member /> }.into_any(),
    }
}
