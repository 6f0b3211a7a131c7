//! The history of a key: what was done, by whom, and from where.

use latchkey_model::access_key::{Action, AuditRecord};
use leptos::prelude::*;

use crate::{browser::dates, lean::ClientOnly};

/// A page of a key's history, latest first.
#[component]
pub fn History(
    /// Its records.
    records: Vec<AuditRecord>,
) -> impl IntoView {
    view! { <ol class="history">{records.into_iter().map(line).collect_view()}</ol> }.client_only()
}

fn line(record: AuditRecord) -> AnyView {
    let day_and_clock = dates::day_and_clock(record.at);
    view! {
        <li>
            <span class="history-what">{past_tense(record.action)}</span>
            <span class="history-who">
                "by "<bdi>{record.by}</bdi>" from "{record.from}
                {record.detail.map(|detail| view! { <span class="history-detail" dir="auto">{detail}</span> })}
            </span>
            <time datetime=dates::rfc3339(record.at)>{day_and_clock}</time>
        </li>
    }
    .client_only()
}

const fn past_tense(action: Action) -> &'static str {
    match action {
        Action::Created => "Created",
        Action::Renamed => "Renamed",
        Action::Activated => "Activated",
        Action::Deactivated => "Deactivated",
        Action::Deleted => "Deleted",
        Action::Restored => "Restored",
        Action::Purged => "Purged",
        Action::Invited => "Invited",
        Action::InvitationWithdrawn => "Invitation cancelled",
        Action::Joined => "Joined",
        Action::RoleChanged => "Role changed",
        Action::Removed => "Removed",
        Action::PasswordChanged => "Password changed",
        Action::PasswordReset => "Password reset",
        Action::RecoveryLinkMade => "Recovery link created",
        Action::ScopesChanged => "Scopes changed",
        Action::TokenLifetimeChanged => "Token lifetime changed",
        Action::ScopeDefined => "Scope defined",
        Action::ScopeDeleted => "Scope deleted",
        Action::SignedIn => "Signed in",
        Action::SignedOut => "Signed out",
        Action::TokensEnded => "Tokens revoked",
    }
}
