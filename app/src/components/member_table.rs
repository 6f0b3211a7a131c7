//! The members of the organization: a table, or labelled cards on a phone.

use latchkey_model::{
    member::{Member, Role},
    session::Session,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, Variant},
    icon::Glyph,
    side_menu::name_of_role,
};
use crate::{
    browser::dates,
    lean::{ClientOnly, ClientShow},
    state::{CurrentSession, MemberDialog, MembersPage},
};

/// A page of the members.
#[component]
pub fn MemberTable(
    /// The members.
    members: Vec<Member>,
) -> impl IntoView {
    let heading = |text: &'static str| view! { <th role="columnheader" scope="col">{text}</th> };
    view! {
        <div class="member-table" id="members-list" tabindex="-1">
            <table role="table" aria-label="Members">
                <thead role="rowgroup">
                    <tr role="row">
                        {heading("E-mail address")}
                        {heading("Role")}
                        {heading("Joined")}
                        <th role="columnheader" scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    {members.into_iter().map(|member| view! { <MemberRow member=member /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
    .client_only()
}

#[component]
fn MemberRow(member: Member) -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let member = StoredValue::new(member);
    let (email, joined) = member.with_value(|member| (member.email.clone(), dates::day(member.joined_at)));
    let is_self = move || session.read(|session| member.with_value(|member| session.member_id == member.id));
    let may_change = move || session.read(Session::is_administrator).unwrap_or(false);
    let role = move || {
        if may_change() {
            view! { <RoleChoice member=member /> }.client_only()
        } else {
            member.with_value(|member| name_of_role(member.role)).client_only()
        }
    };
    view! {
        <tr role="row">
            <td class="member-email" role="cell" data-label="E-mail address">
                <bdi>{email}</bdi>
                <ClientShow when=move || is_self().unwrap_or(false)><span class="badge">"You"</span></ClientShow>
            </td>
            <td role="cell" data-label="Role">
                {role}
            </td>
            <td class="key-date" role="cell" data-label="Joined">{joined}</td>
            <td class="key-actions" role="cell">
                <ClientShow when=may_change><MemberActions member=member /></ClientShow>
            </td>
        </tr>
    }
    .client_only()
}

/// A choice of role. With the focus on it, a single key press selects another role, so the choice only opens a confirmation and shows
/// the current role until that is confirmed.
#[component]
fn RoleChoice(member: StoredValue<Member>) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let select = NodeRef::<html::Select>::new();
    let role = member.with_value(|member| member.role);
    let choose = move |event: ev::Event| {
        let chosen =
            if event_target_value(&event) == Role::Administrator.as_str() { Role::Administrator } else { Role::Member };
        if let Some(select) = select.get_untracked() {
            select.set_value(role.as_str());
        }
        if chosen != role {
            page.dialog.set(Some(MemberDialog::Role(member.get_value(), chosen)));
        }
    };
    let option = move |choice: Role| {
        view! { <option value=choice.as_str() selected=choice == role>{name_of_role(choice)}</option> }
    };
    view! {
        <select
            class="select"
            aria-label=member.with_value(|member| format!("Role of {}", member.email))
            node_ref=select
            on:change=choose
        >
            {option(Role::Administrator)}
            {option(Role::Member)}
        </select>
    }
    .client_only()
}

#[component]
fn MemberActions(member: StoredValue<Member>) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let label = move |what: &str| member.with_value(|member| format!("{what} {}", member.email));
    let recover = move || page.dialog.set(Some(MemberDialog::Recovery(member.get_value())));
    let remove = move || page.dialog.set(Some(MemberDialog::Remove(member.get_value())));
    view! {
        <div class="key-actions-row">
            <Button text="Reset password…" label=label("Reset password of") on_press=recover />
            <Button glyph=Glyph::Bin text="Remove" variant=Variant::Quiet label=label("Remove") on_press=remove />
        </div>
    }
    .client_only()
}
