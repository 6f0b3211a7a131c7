//! The dialog that shows a recovery link for a member who cannot sign in.

use latchkey_model::member::{MakeRecoveryLink, Member, OneTimeLink};
use leptos::prelude::*;

use super::{
    button::{Button, Variant},
    copy_field::{CopyField, fill_with_text},
    dialog::Dialog,
    error_state::ErrorState,
    skeleton::TextSkeleton,
    unsaved::{SessionEnded, UnsavedQuestion, guard_page},
};
use crate::{
    api,
    browser::dates,
    lean::ClientOnly,
    state::{CurrentSession, Load, MembersPage, Progress, Refresh, SavedBy},
};

/// Creates the link and shows it.
#[component]
pub fn RecoveryDialog(
    /// The member who gets the link.
    member: Member,
) -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let link = RwSignal::new(Load::<OneTimeLink>::Pending);
    let progress = RwSignal::new(None);
    let close = move || page.dialog.set(None);
    let dismiss = move || ask_to_close_link(progress, close);
    let title = format!("Reset password of {}", member.email);
    let id = StoredValue::new(member.id);
    // A failed request is not repeated automatically: each one creates a link.
    let refresh = Refresh::new();
    let make = move || Load::fetch(link, refresh, api::make_recovery_link(MakeRecoveryLink { id: id.get_value() }));
    make();
    view! {
        <Dialog title_id="recovery-title" title=title on_dismiss=dismiss>
            {move || match link.get() {
                Load::Pending => view! { <TextSkeleton label="Creating the link…" /> }.client_only(),
                Load::Ready(link) => view! {
                    <OneTimeLinkField
                        id="recovery-link"
                        label="Recovery link"
                        explanation="Latchkey does not send e-mail. Copy this link and send it privately: the first person to open it can choose a new password."
                        link=link
                        progress=progress
                        on_close=close
                    />
                }.client_only(),
                Load::Failed(problem) => view! {
                    <ErrorState title="Couldn't create the link" problem=problem on_retry=make />
                    <div class="dialog-actions">
                        <Button text="Close" on_press=close />
                    </div>
                }.client_only(),
            }}
        </Dialog>
    }
    .client_only()
}

/// A one-time link to send, shown once.
#[component]
pub fn OneTimeLinkField(
    /// The `id` of its field.
    id: &'static str,
    /// The label of its field.
    label: &'static str,
    /// What to do with it.
    explanation: &'static str,
    /// The link.
    link: OneTimeLink,
    /// Whether it was copied; `None` until it is shown.
    progress: RwSignal<Option<Progress>>,
    /// Closes the dialog.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let ends = format!("It works once, until {}.", dates::day_and_clock(link.expires_at));
    let text = session.shareable_link(link.link.expose());
    Effect::new(move |_| progress.set(Some(Progress::NotSaved)));
    let is_unsaved = move || matches!(progress.get(), Some(Progress::NotSaved | Progress::AskedToClose));
    let ask = move || {
        if progress.get_untracked() == Some(Progress::NotSaved) {
            progress.set(Some(Progress::AskedToClose));
        }
    };
    guard_page(move || progress.with(Option::is_some), is_unsaved, move || progress.get(), ask.into());
    let note_copied = move || progress.set(Some(Progress::Saved(SavedBy::Copied)));
    let done = move || ask_to_close_link(progress, move || on_close.run(()));
    let has_asked = Memo::new(move |_| progress.get() == Some(Progress::AskedToClose));
    let end = move || {
        if has_asked.get() {
            view! {
                <UnsavedQuestion
                    title="You have not copied this link"
                    text="If you close this now, the link is lost. You would have to create a new one."
                    close="Close without copying"
                    back="Back to the link"
                    on_close=on_close
                    on_stay=move || progress.set(Some(Progress::NotSaved))
                />
            }
            .client_only()
        } else {
            view! {
                <div class="dialog-actions">
                    <Button text="Done" variant=Variant::Primary autofocus=true on_press=done />
                </div>
            }
            .client_only()
        }
    };
    view! {
        <p>{explanation}</p>
        <SessionEnded />
        <CopyField id=id label=label copy_label="Copy link" fill=fill_with_text(text) on_copied=note_copied />
        <p class="dialog-hint">{ends}</p>
        {end}
    }
    .client_only()
}

/// Closes the dialog of a link by `close`, unless the link is shown and was not copied: then it asks, and at the second call withdraws
/// the question.
pub(super) fn ask_to_close_link(progress: RwSignal<Option<Progress>>, close: impl Fn()) {
    match progress.get_untracked() {
        None | Some(Progress::Saved(_)) => close(),
        Some(Progress::NotSaved) => progress.set(Some(Progress::AskedToClose)),
        Some(Progress::AskedToClose) => progress.set(Some(Progress::NotSaved)),
    }
}
