//! The dialog that invites a member, and then shows the link to send.

use latchkey_model::{
    member::{InviteMember, OneTimeLink, Role},
    problem::Field,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    dialog::Dialog,
    field::{TextField, value_of},
    form_problem::FormProblem,
    recovery_dialog::{OneTimeLinkField, ask_to_close_link},
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, MembersPage},
};

/// Asks for the address and the role, then shows the link.
#[component]
pub fn InviteDialog() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let link = RwSignal::new(None::<OneTimeLink>);
    let progress = RwSignal::new(None);
    let close = move || {
        page.dialog.set(None);
        page.reload();
    };
    let dismiss = move || ask_to_close_link(progress, close);
    view! {
        <Dialog title_id="invite-title" title="Invite member" on_dismiss=dismiss>
            {move || match link.get() {
                None => view! { <InviteForm link=link /> }.client_only(),
                Some(link) => view! {
                    <OneTimeLinkField
                        id="invitation-link"
                        label="Invitation link"
                        explanation="Latchkey does not send e-mail. Copy this link and send it privately: the first person to open it joins."
                        link=link
                        progress=progress
                        on_close=close
                    />
                }.client_only(),
            }}
        </Dialog>
    }
    .client_only()
}

#[component]
fn InviteForm(link: RwSignal<Option<OneTimeLink>>) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let call = Call::new();
    let email = NodeRef::<html::Input>::new();
    let administrator = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let is_administrator = administrator.get_untracked().is_some_and(|input| input.checked());
        let role = if is_administrator { Role::Administrator } else { Role::Member };
        call.start(api::invite_member(InviteMember { email: value_of(email), role }), move |made| link.set(Some(made)));
    };
    view! {
        <form class="form" method="post" novalidate on:submit=submit>
            <TextField
                id="invite-email"
                label="E-mail address"
                kind="email"
                input=email
                error=call.error_at(Field::EMAIL)
                autofocus=true
            />
            <fieldset class="choice">
                <legend>"Role"</legend>
                <label>
                    <input
                        type="radio"
                        name="role"
                        value="member"
                        aria-labelledby="role-member"
                        aria-describedby="role-member-hint"
                        checked
                    />
                    <span>
                        <span class="choice-name" id="role-member">"Member"</span>
                        <span class="choice-hint" id="role-member-hint">"Can view access keys and their history."</span>
                    </span>
                </label>
                <label>
                    <input
                        type="radio"
                        name="role"
                        value="administrator"
                        aria-labelledby="role-administrator"
                        aria-describedby="role-administrator-hint"
                        node_ref=administrator
                    />
                    <span>
                        <span class="choice-name" id="role-administrator">"Administrator"</span>
                        <span class="choice-hint" id="role-administrator-hint">"Can create, activate and delete keys, and manage members."</span>
                    </span>
                </label>
            </fieldset>
            <FormProblem problem=call.problem() />
            <div class="dialog-actions">
                <Button text="Cancel" on_press=move || page.dialog.set(None) />
                <Button text="Create invitation link" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
            </div>
        </form>
    }
    .client_only()
}
