//! What the page of members shows.

use latchkey_model::member::{Member, PendingInvitation, Role};
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
    /// The invitations that wait, to administrators.
    pub invitations: Pages<PendingInvitation>,
    /// The dialog that is open.
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
    /// The page, before the server was asked.
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

    /// Asks the server for the members and the invitations.
    pub fn ask(self) {
        self.members.reload();
        self.invitations.reload();
    }

    /// Gives a member another role.
    pub fn set_role(self, call: Call, member: &Member, role: Role) {
        call.start(api::set_member_role(member.id.clone(), role), move |changed| {
            self.toasts.done(match changed.member.role {
                Role::Administrator => format!("{} is now an administrator.", changed.member.email),
                Role::Member => format!("{} is now a member and can only view keys.", changed.member.email),
            });
            self.dialog.set(None);
            // Members who have changed their own role may do less from now on.
            self.session.ask();
            self.replace(changed.member);
        });
    }

    /// Takes a removed member off the list.
    pub fn note_removed(self, member: &Member) {
        self.dialog.set(None);
        self.members.change(|members| members.retain(|listed| listed.id != member.id));
        self.toasts.done(format!("{} is removed and signed out everywhere.", member.email));
    }

    /// Ends an invitation that nobody has accepted.
    pub fn withdraw(self, call: Call, email: &str) {
        let email = email.to_owned();
        call.start(api::withdraw_invitation(email.clone()), move |_| {
            self.invitations.change(|invitations| invitations.retain(|invitation| invitation.email != email));
            focus::content();
            self.toasts.done(format!("The invitation of {email} is cancelled. Its link no longer works."));
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
