//! Configure > Members.

use leptos::prelude::*;

use crate::{
    components::{
        button::{Button, Variant},
        icon::Glyph,
        skeleton::members_skeleton,
    },
    lean::{ClientOnly, chunks, dynamic, lazy_view},
    state::{CurrentSession, MemberDialog, MembersPage},
};

/// The page of members.
#[component]
pub fn MembersPageView() -> impl IntoView {
    let page = MembersPage::new();
    provide_context(page);
    Effect::new(move |_| page.reload());
    view! {
        <PageHead />
        {lazy_view(chunks::members, (), members_skeleton)}
    }
    .into_any()
}

#[component]
fn PageHead() -> impl IntoView {
    let page = expect_context::<MembersPage>();
    let session = expect_context::<CurrentSession>();
    let is_read_only = Memo::new(move |_| session.is_read_only());
    let invite = move || page.dialog.set(Some(MemberDialog::Invite));
    let action = dynamic(move || {
        if is_read_only.get() {
            view! { <p class="read-only-note">"Only administrators can change members."</p> }.client_only()
        } else {
            let cannot = Signal::derive(move || !session.is_administrator());
            view! { <Button text="Invite member" glyph=Glyph::Plus variant=Variant::Primary disabled=cannot on_press=invite /> }
                .into_any()
        }
    });
    view! {
        <div class="page-head">
            <div>
                <h1>"Members"</h1>
                <p class="lede">
                    "People who can sign in to this console. Administrators manage keys and members. Members can only view keys."
                </p>
            </div>
            {action}
        </div>
    }
    .into_any()
}
