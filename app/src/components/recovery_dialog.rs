//! The dialog that makes a recovery link for a member who cannot sign in.

use latchkey_model::member::{Member, OneTimeLink};
use leptos::prelude::*;

use super::{
    button::{Button, Look},
    copy_field::CopyField,
    dialog::Dialog,
    form_problem::FormProblem,
};
use crate::{
    api,
    browser::dates,
    state::{Call, CurrentSession, MembersPage},
};

/// Asks; then makes the link and shows it.
#[component]
pub fn RecoveryDialog(
    /// Whom the link is for.
    member: Member,
) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let link = RwSignal::new(None::<OneTimeLink>);
    let dismiss = move || page.dialog.set(None);
    let title = format!("Recovery link for {}", member.email);
    view! {
        <Dialog title_id="recovery-title" title=title on_dismiss=dismiss>
            {move || match link.get() {
                None => view! { <RecoveryForm member=member.clone() link=link /> }.into_any(),
                Some(link) => view! {
                    <LinkToPassOn
                        id="recovery-link"
                        label="Recovery link"
                        explanation="Pass this link on yourself: Latchkey sends no mail. Whoever opens it first chooses the new password, so send it in private."
                        link=link
                        on_done=dismiss
                    />
                }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn RecoveryForm(member: Member, link: RwSignal<Option<OneTimeLink>>) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let call = Call::new();
    let make = move |_| call.start(api::make_recovery_link(member.id.clone()), move |made| link.set(Some(made)));
    view! {
        <p>
            "With this link the member chooses a new password without knowing the old one. "
            "It works once; a link made earlier stops working."
        </p>
        <FormProblem problem=call.problem() />
        <div class="dialog-actions">
            <Button on:click=move |_| page.dialog.set(None)>"Cancel"</Button>
            <Button look=Look::Primary attr:autofocus=true pending=call.pending() on:click=make>"Create link"</Button>
        </div>
    }
}

/// A one-time link to pass on, shown this once.
#[component]
pub fn LinkToPassOn(
    /// The `id` of its field.
    id: &'static str,
    /// The label of its field.
    label: &'static str,
    /// What to do with it.
    explanation: &'static str,
    /// The link.
    link: OneTimeLink,
    /// What "Done" does.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let ends = format!("It works once, until {}.", dates::day_and_clock(link.expires_at));
    let text = session.link_to_pass_on(link.link.expose());
    view! {
        <p>{explanation}</p>
        <CopyField id=id label=label copy_label="Copy link" text=Signal::stored(text) />
        <p class="dialog-hint">{ends}</p>
        <div class="dialog-actions">
            <Button look=Look::Primary attr:autofocus=true on:click=move |_| on_done.run(())>"Done"</Button>
        </div>
    }
}
