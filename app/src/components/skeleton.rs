//! Placeholders for content that is loading.

use leptos::prelude::*;

/// Grey bars in the shape of a list of `rows` rows.
#[component]
pub fn ListSkeleton(
    /// What is being loaded, for screen readers.
    label: &'static str,
    /// How many rows.
    #[prop(default = 4)]
    rows: usize,
) -> impl IntoView {
    let row = |_| {
        view! {
            <div class="skeleton-row">
                <span class="skeleton skeleton-name"></span>
                <span class="skeleton skeleton-id"></span>
                <span class="skeleton skeleton-pill"></span>
                <span class="skeleton skeleton-date"></span>
            </div>
        }
    };
    view! {
        <div class="skeleton-list">
            <p class="visually-hidden" role="status">{label}</p>
            {(0..rows).map(row).collect_view()}
        </div>
    }
    .into_any()
}

/// A few grey bars in the shape of a paragraph.
#[component]
pub fn TextSkeleton(
    /// What is being loaded, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="skeleton-text">
            <p class="visually-hidden" role="status">{label}</p>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
            <span class="skeleton"></span>
        </div>
    }
    .into_any()
}

/// Returns the placeholder of a form.
#[must_use]
pub fn form_skeleton() -> AnyView {
    view! { <TextSkeleton label="Loading the form…" /> }.into_any()
}

/// Returns the placeholder of an invitation.
#[must_use]
pub fn invitation_skeleton() -> AnyView {
    view! { <TextSkeleton label="Loading the invitation…" /> }.into_any()
}

/// Returns the placeholder of the list of members.
#[must_use]
pub fn members_skeleton() -> AnyView {
    view! { <ListSkeleton label="Loading the members…" rows=3 /> }.into_any()
}
