//! The state of the page of members.

use latchkey_model::member::{Member, PendingInvitation, Role, SetMemberRole, WithdrawInvitation};
use leptos::prelude::*;

use super::{Call, CurrentSession, Page, Pages, Toasts};
use crate::{api, browser::focus};

/// A dialog of the page of members.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the dialog of that name, for the member that it holds; a role is the new one")]
pub enum MemberDialog {
    Invite,
    Role(Member, Role),
    Remove(Member),
    Recovery(Member),
}

/// The state of the page of members.
#[derive(Debug, Clone, Copy)]
pub struct MembersPage {
    /// The members.
    pub members: Pages<Member>,
    /// The pending invitations, for administrators.
    pub invitations: Pages<PendingInvitation>,
    /// The open dialog.
    pub dialog: RwSignal<Option<MemberDialog>>,
    session: CurrentSession,
    toasts: Toasts,
}

impl Default for MembersPage {
    fn default() -> Self {
        Self::new()
    }
}

impl MembersPage {
    /// Returns the page before anything is loaded.
    #[must_use]
    pub fn new() -> Self {
        Self {
            members: Pages::new("members-list", |request| {
                Box::pin(async {
                    let page = api::list_members(request).await?;
                    Ok(Page { entries: page.members, next_cursor: page.next_cursor })
                })
            }),
            invitations: Pages::new("invitations-title", |request| {
                Box::pin(async {
                    let page = api::list_invitations(request).await?;
                    Ok(Page { entries: page.invitations, next_cursor: page.next_cursor })
                })
            }),
            dialog: RwSignal::new(None),
            session: expect_context(),
            toasts: expect_context(),
        }
    }

    /// Loads the members and the invitations.
    pub fn reload(self) {
        self.members.reload();
        self.invitations.reload();
    }

    /// Changes a member's role.
    pub fn set_role(self, call: Call, member: &Member, role: Role) {
        call.start(api::set_member_role(SetMemberRole { id: member.id.clone(), role }), move |changed| {
            self.toasts.success(match changed.member.role {
                Role::Administrator => format!("{} is now an administrator.", changed.member.email),
                Role::Member => format!("{} is now a member and can only view keys.", changed.member.email),
            });
            self.dialog.set(None);
            // Administrators who have changed their own role may now do less.
            self.session.fetch();
            self.replace(changed.member);
        });
    }

    /// Removes a removed member from the list.
    pub fn handle_removed(self, member: &Member) {
        self.dialog.set(None);
        self.members.change(|members| members.retain(|listed| listed.id != member.id));
        self.toasts.success(format!("{} is removed and signed out everywhere.", member.email));
    }

    /// Cancels a pending invitation.
    pub fn withdraw(self, call: Call, email: &str) {
        let email = email.to_owned();
        call.start(api::withdraw_invitation(WithdrawInvitation { email: email.clone() }), move |_| {
            self.invitations.change(|invitations| invitations.retain(|invitation| invitation.email != email));
            focus::content();
            self.toasts.success(format!("The invitation of {email} is cancelled. Its link no longer works."));
        });
    }

    fn replace(self, member: Member) {
        self.members.change(|members| {
            if let Some(listed) = members.iter_mut().find(|listed| listed.id == member.id) {
                *listed = member;
            }
        });
    }
}
