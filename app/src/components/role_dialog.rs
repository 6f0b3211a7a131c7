//! The question before a member's role is changed.

use latchkey_model::member::{Member, Role};
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    dialog::Dialog,
    form_problem::FormProblem,
};
use crate::{
    lean::ClientOnly,
    state::{Call, CurrentSession, MembersPage},
};

/// Says what the role allows, and asks for confirmation.
#[component]
pub fn RoleDialog(
    /// The member.
    member: Member,
    /// The new role.
    role: Role,
) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    let call = Call::new();
    let is_self = untrack(|| session.read(|session| session.member_id == member.id)).unwrap_or(false);
    let (title, confirm) = match role {
        Role::Administrator => (format!("Make {} an administrator?", member.email), "Make administrator"),
        Role::Member => (format!("Make {} a member?", member.email), "Make member"),
    };
    let dismiss = move || page.dialog.set(None);
    let change = move || page.set_role(call, &member, role);
    view! {
        <Dialog title_id="role-title" title=title on_dismiss=dismiss>
            <p>{role_text(role, is_self)}</p>
            <FormProblem problem=call.problem() />
            <div class="dialog-actions">
                <Button text="Cancel" autofocus=true on_press=dismiss />
                <Button text=confirm variant=Variant::Primary pending=call.pending() on_press=change />
            </div>
        </Dialog>
    }
    .client_only()
}

const fn role_text(role: Role, is_self: bool) -> &'static str {
    match (role, is_self) {
        (Role::Administrator, _) => {
            "Administrators can create, activate and delete access keys, and invite and remove members, including you."
        }
        (Role::Member, false) => "Members can view access keys and their history, but cannot change anything.",
        (Role::Member, true) => {
            "You will be able to view access keys and their history, but not to change anything. Only another administrator can undo this."
        }
    }
}
