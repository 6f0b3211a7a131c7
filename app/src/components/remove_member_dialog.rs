//! The question before a member is removed.

use latchkey_model::member::{Member, RemoveMember};
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    dialog::Dialog,
    form_problem::FormProblem,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, CurrentSession, MembersPage},
};

/// Says what a removal ends, and asks for confirmation.
#[component]
pub fn RemoveMemberDialog(
    /// The member to remove.
    member: Member,
) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    let call = Call::new();
    let title = format!("Remove {}?", member.email);
    let is_self = untrack(|| session.read(|session| session.member_id == member.id)).unwrap_or(false);
    let text = if is_self {
        "You are signed out immediately and can no longer sign in. The access keys that you created keep working."
    } else {
        "They are signed out immediately and can no longer sign in. The access keys that they created keep working."
    };
    let dismiss = move || page.dialog.set(None);
    let remove = move || {
        let id = member.id.clone();
        if is_self {
            call.start_then_leave_for(api::remove_member(RemoveMember { id }), "/sign-in".to_owned());
        } else {
            let member = member.clone();
            call.start(api::remove_member(RemoveMember { id }), move |_| page.handle_removed(&member));
        }
    };
    view! {
        <Dialog title_id="remove-title" title=title on_dismiss=dismiss>
            <p>{text}</p>
            <FormProblem problem=call.problem() />
            <div class="dialog-actions">
                <Button text="Cancel" autofocus=true on_press=move || dismiss() />
                <Button text="Remove" variant=Variant::Danger pending=call.pending() on_press=remove />
            </div>
        </Dialog>
    }
    .client_only()
}
