//! The line that updates automatically once a key's first call has succeeded.

use latchkey_model::access_key::{AccessKey, KeyStatus, Use};
use leptos::prelude::*;

use crate::{browser::dates, lean::ClientOnly};

/// Says whether a call with the key has succeeded yet.
#[component]
pub fn LiveLine(
    /// The key, kept up to date.
    key: Memo<AccessKey>,
) -> impl IntoView {
    let first = Memo::new(move |_| key.with(|key| key.first_used.clone()));
    let status = Memo::new(move |_| key.with(|key| key.status));
    view! {
        <div class="live-line" class:is-proven=move || first.with(Option::is_some) role="status">
            <span class="live-line-dot" aria-hidden="true"></span>
            <div>
                <p class="live-line-text">
                    {move || first.with(|first| {
                        first.as_ref().map_or_else(|| "Waiting for the first successful call".to_owned(), first_call)
                    })}
                </p>
                <p class="live-line-hint">{move || hint(status.get(), first.with(Option::is_some))}</p>
            </div>
        </div>
    }
    .client_only()
}

fn first_call(first: &Use) -> String {
    let day = dates::day(first.at);
    let on_day = if day == dates::day(dates::now()) { String::new() } else { format!(" on {day}") };
    format!("First successful call {}{on_day} from {}", dates::clock(first.at), first.from)
}

const fn hint(status: KeyStatus, is_proven: bool) -> &'static str {
    match (status, is_proven) {
        (KeyStatus::Active, true) => "The credential works. Your systems can use it now.",
        (KeyStatus::Active, false) => "Run the commands with your secret. This updates automatically.",
        (KeyStatus::Inactive, _) => "The key is inactive, so calls are refused. Activate it first.",
        (KeyStatus::Expired, _) => "The key has expired, so calls are refused. Create a new key.",
        (KeyStatus::Deleted, _) => "The key is deleted, so calls are refused. Restore it first.",
    }
}
