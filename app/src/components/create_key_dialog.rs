//! The dialog that asks for a new key's name.

use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey, Kind},
    id::{AccessKeyId, RequestId},
    name::KeyName,
    problem::{Field, Problem, ProblemKind},
    scope::Scopes,
    timestamp::Timestamp,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, Look, Purpose},
    dialog::Dialog,
    field::{TextField, value_of},
    icon::{Glyph, Icon},
    late::Late,
    words::words,
};
use crate::{
    api,
    browser::{dates, random},
    state::{Call, KeysPage},
};

/// Asks for a name and makes the key. All attempts of one opening carry the same `request_id`: whatever happens to
/// the answers, they make one key.
#[component]
pub fn CreateKeyDialog(
    /// What to make.
    kind: Kind,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let call = Call::new();
    let request_id = StoredValue::new(random::request_id());
    let name = NodeRef::<html::Input>::new();
    let expires = NodeRef::<html::Input>::new();
    let outcome = Memo::new(move |_| call.problem().with(|problem| problem.as_ref().and_then(Outcome::of)));
    Effect::new(move |_| {
        if outcome.with(Option::is_some) {
            page.list.reload();
        }
    });
    let dismiss = move || {
        if !call.pending().get_untracked() {
            page.dialog.set(None);
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match request(kind, &value_of(name), &value_of(expires), request_id.get_value()) {
            Ok(request) => call.start(api::create_access_key(request), move |created| show_secret(page, created)),
            Err(problem) => call.refuse(problem),
        }
    };
    view! {
        <Dialog title_id="create-title" title=words(kind).create on_dismiss=dismiss>
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="create-name"
                    label="Name"
                    hint="Say what will use it: a system, a team, an environment."
                    input=name
                    error=call.error_at(Field::Name)
                    autofocus=true
                />
                <MoreOptions expires=expires error=call.error_at(Field::ExpiresAt) />
                <CreationProblem call=call outcome=outcome />
                <div class="dialog-actions">
                    <Button text="Cancel" on_press=move || dismiss() />
                    <Button text="Create"
                        look=Look::Primary
                        purpose=Purpose::Submit
                        pending=call.pending()
                        disabled=Signal::derive(move || matches!(outcome.get(), Some(Outcome::MadeBefore(_)))) />
                </div>
            </form>
        </Dialog>
    }
    .late()
}

/// How an attempt can fail after a key was made, or may have been.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// No answer came.
    Unknown,
    /// An earlier attempt made this key; its answer, and the secret with it, was lost.
    MadeBefore(AccessKeyId),
}

impl Outcome {
    fn of(problem: &Problem) -> Option<Self> {
        match (problem.kind, &problem.id) {
            (ProblemKind::Unreachable, _) => Some(Self::Unknown),
            (ProblemKind::AlreadyCreated, Some(id)) => Some(Self::MadeBefore(id.clone())),
            _ => None,
        }
    }
}

fn show_secret(page: KeysPage, created: CreatedAccessKey) {
    page.dialog.set(None);
    page.created.set(Some(created));
    page.widen();
    page.list.reload();
}

fn request(kind: Kind, name: &str, expires: &str, request_id: Option<RequestId>) -> Result<CreateAccessKey, Problem> {
    let name = KeyName::parse(name).map_err(|error| Problem::at_field(Field::Name, error.to_string()))?;
    Ok(CreateAccessKey { kind, name: name.into(), expires_at: expiry(expires)?, scopes: Scopes::default(), request_id })
}

fn expiry(text: &str) -> Result<Option<Timestamp>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    match dates::from_local_field(text) {
        Some(moment) if moment > dates::now() => Ok(Some(moment)),
        Some(_) => Err(Problem::at_field(Field::ExpiresAt, "Choose a moment in the future.")),
        None => Err(Problem::at_field(Field::ExpiresAt, "Enter a day and a time.")),
    }
}

#[component]
fn MoreOptions(expires: NodeRef<html::Input>, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <details class="more-options" open=move || error.with(Option::is_some)>
            <summary><Icon glyph=Glyph::Triangle />"More options"</summary>
            <TextField
                id="create-expires"
                label="Expires"
                kind="datetime-local"
                hint="From then on the key is refused for good. Leave it empty for a key that does not expire."
                input=expires
                error=error
            />
        </details>
    }
    .late()
}

#[component]
fn CreationProblem(call: Call, outcome: Memo<Option<Outcome>>) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let says = move || {
        match (outcome.get(), call.problem().get()) {
        (Some(Outcome::Unknown), _) => Some(
            "We could not reach Latchkey. The key may have been made, or may not. Try again: it will not be made twice."
                .late(),
        ),
        (Some(Outcome::MadeBefore(id)), _) => Some(
            view! {
                "The key was made by your first attempt, but its secret was lost on the way and cannot be shown again. "
                "You can delete that key and create another."
                <button class="link" type="button" on:click=move |_| page.show_only(&id)>"Show it in the list"</button>
            }
            .late(),
        ),
        (None, Some(problem)) if problem.field.is_none() => Some(problem.detail.late()),
        (None, _) => None,
    }
    };
    view! {
        <div class="form-problem" role="alert">
            {move || says().map(|says| view! {
                <div class="note note-bad"><Icon glyph=Glyph::Warning /><p>{says}</p></div>
            })}
        </div>
    }
    .late()
}
