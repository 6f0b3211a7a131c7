//! The dialog that shows a recovery link for a member who cannot sign in.

use latchkey_model::member::{Member, OneTimeLink};
use leptos::prelude::*;

use super::{
    button::{Button, Look},
    copy_field::CopyField,
    dialog::Dialog,
    error_state::ErrorState,
    late::Late,
    skeleton::TextSkeleton,
};
use crate::{
    api,
    browser::dates,
    state::{CurrentSession, Load, MembersPage},
};

/// Makes the link and shows it.
#[component]
pub fn RecoveryDialog(
    /// Whom the link is for.
    member: Member,
) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let link = RwSignal::new(Load::<OneTimeLink>::Pending);
    let dismiss = move || page.dialog.set(None);
    let title = format!("Recovery link for {}", member.email);
    let id = StoredValue::new(member.id);
    let make = move || Load::ask(link, api::make_recovery_link(id.get_value()));
    make();
    view! {
        <Dialog title_id="recovery-title" title=title on_dismiss=dismiss>
            {move || match link.get() {
                Load::Pending => view! { <TextSkeleton label="Making the link…" /> }.late(),
                Load::Ready(link) => view! {
                    <LinkToPassOn
                        id="recovery-link"
                        label="Recovery link"
                        explanation="Whoever opens this link first chooses a new password without knowing the old one, so send it in private. Latchkey sends no mail."
                        link=link
                        on_done=dismiss
                    />
                }.late(),
                Load::Failed(problem) => view! {
                    <ErrorState title="The link could not be made" problem=problem on_retry=make />
                    <div class="dialog-actions">
                        <Button text="Close" on_press=move || dismiss() />
                    </div>
                }.late(),
            }}
        </Dialog>
    }
    .late()
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
            <Button text="Done" look=Look::Primary autofocus=true on_press=move || on_done.run(()) />
        </div>
    }
    .late()
}
