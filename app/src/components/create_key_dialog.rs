//! The dialog that asks for a new key's name.

use latchkey_model::{
    access_key::{CreateAccessKey, Kind},
    id::{AccessKeyId, RequestId},
    name::KeyName,
    problem::{Field, Problem, ProblemKind},
    scope::Scopes,
    timestamp::Timestamp,
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    client_options::{ClientChoices, ClientOptions},
    dialog::Dialog,
    field::{TextField, value_of},
    icon::{Glyph, Icon},
    labels::labels,
};
use crate::{
    browser::{dates, random},
    lean::{ClientOnly, ClientShow},
    state::{Call, Creation, ListEvent, NewAuthentication},
};

/// Asks for a name and creates the key. All attempts of one dialog have the same `request_id`: whatever happens to the answers, they
/// create one key.
#[component]
pub fn CreateKeyDialog(
    /// The kind of key to create.
    kind: Kind,
) -> impl IntoView {
    let creation = expect_context::<Creation>();
    let call = creation.call();
    let request_id = StoredValue::new(random::request_id());
    let name = NodeRef::<html::Input>::new();
    let expires = NodeRef::<html::Input>::new();
    let choices = ClientChoices::new();
    let outcome = Memo::new(move |_| call.problem().with(|problem| problem.as_ref().and_then(Outcome::from_problem)));
    Effect::new(move |_| {
        if outcome.with(Option::is_some) {
            creation.notify_list(ListEvent::Changed);
        }
    });
    let dismiss = move || creation.close_form();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let request = request(kind, &value_of(name), &value_of(expires), request_id.get_value());
        match request.and_then(|request| with_choices(request, choices)) {
            Ok((request, authentication)) => creation.create(request, authentication),
            Err(problem) => call.fail(problem),
        }
    };
    view! {
        <Dialog title_id="create-title" title=labels(kind).create on_dismiss=dismiss>
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="create-name"
                    label="Name"
                    hint="What will use this key? For example: Warehouse, production."
                    input=name
                    error=call.error_at(Field::NAME)
                    autofocus=true
                />
                <MoreOptions kind=kind expires=expires choices=choices call=call />
                <CreationProblem call=call outcome=outcome />
                <div class="dialog-actions">
                    <Button text="Cancel" on_press=move || dismiss() />
                    <Button text="Create"
                        variant=Variant::Primary
                        button_type=ButtonType::Submit
                        pending=call.pending()
                        disabled=Signal::derive(move || matches!(outcome.get(), Some(Outcome::AlreadyCreated(_)))) />
                </div>
            </form>
        </Dialog>
    }
    .client_only()
}

/// The outcomes of a failed attempt that has created a key, or may have.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    /// No answer came.
    Unknown,
    /// An earlier attempt created this key. Its answer was lost, and the secret with it.
    AlreadyCreated(AccessKeyId),
}

impl Outcome {
    fn from_problem(problem: &Problem) -> Option<Self> {
        match (problem.kind, &problem.id) {
            (ProblemKind::Unreachable, _) => Some(Self::Unknown),
            (ProblemKind::AlreadyCreated, Some(id)) => Some(Self::AlreadyCreated(id.clone())),
            _ => None,
        }
    }
}

fn request(kind: Kind, name: &str, expires: &str, request_id: Option<RequestId>) -> Result<CreateAccessKey, Problem> {
    let name = KeyName::parse(name).map_err(|error| Problem::at_field(Field::NAME, error.to_string()))?;
    Ok(CreateAccessKey {
        kind,
        name: name.into(),
        expires_at: expiry(expires)?,
        scopes: Scopes::default(),
        public_key: None,
        public_key_proof: None,
        token_lifetime: None,
        request_id,
    })
}

/// Adds the choices that only OAuth clients have.
fn with_choices(
    request: CreateAccessKey,
    choices: ClientChoices,
) -> Result<(CreateAccessKey, NewAuthentication), Problem> {
    match request.kind {
        Kind::ApiKey => Ok((request, NewAuthentication::Secret)),
        Kind::OAuthClient => {
            let token_lifetime = choices.token_lifetime()?;
            Ok((CreateAccessKey { token_lifetime, ..request }, choices.authentication()?))
        }
    }
}

fn expiry(text: &str) -> Result<Option<Timestamp>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let too_late = || Err(Problem::at_field(Field::EXPIRES_AT, "Choose a year before 3000."));
    match dates::from_local_field(text) {
        // Browsers accept years with six digits in the field, but parse only years with four.
        None if text.split('-').next().is_some_and(|year| year.len() > 4) => too_late(),
        Some(timestamp) if timestamp >= Timestamp::YEAR_3000 => too_late(),
        Some(timestamp) if timestamp > dates::now() => Ok(Some(timestamp)),
        Some(_) => Err(Problem::at_field(Field::EXPIRES_AT, "Choose a time in the future.")),
        None => Err(Problem::at_field(Field::EXPIRES_AT, "Enter a date and a time.")),
    }
}

#[component]
fn MoreOptions(kind: Kind, expires: NodeRef<html::Input>, choices: ClientChoices, call: Call) -> impl IntoView {
    let is_about_an_option = move |problem: &Problem| problem.field.as_ref().is_some_and(|field| *field != Field::NAME);
    let has_error = move || call.problem().with(|problem| problem.as_ref().is_some_and(is_about_an_option));
    view! {
        <details class="more-options" open=has_error>
            <summary><Icon glyph=Glyph::Triangle />"More options"</summary>
            <div class="form">
                <TextField
                    id="create-expires"
                    label="Expires"
                    kind="datetime-local"
                    max="2999-12-31T23:59"
                    hint="The key stops working at this time. Leave empty for no expiry."
                    input=expires
                    error=call.error_at(Field::EXPIRES_AT)
                />
                <ClientShow when=move || kind == Kind::OAuthClient>
                    <ClientOptions choices=choices call=call />
                </ClientShow>
            </div>
        </details>
    }
    .client_only()
}

#[component]
fn CreationProblem(call: Call, outcome: Memo<Option<Outcome>>) -> impl IntoView {
    let creation = expect_context::<Creation>();
    let message = move || {
        match (outcome.get(), call.problem().get()) {
        (Some(Outcome::Unknown), _) => Some(
            "We could not reach Latchkey. The key may or may not have been created. Try again: it will not be created twice."
                .client_only(),
        ),
        (Some(Outcome::AlreadyCreated(id)), _) => Some(
            view! {
                "Your first attempt created the key, but its secret was lost on the way and cannot be shown again. "
                "You can delete that key and create a new one."
                <button class="link" type="button" on:click=move |_| creation.find(&id)>"Show it in the list"</button>
            }
            .client_only(),
        ),
        (None, Some(problem)) if problem.field.is_none() => Some(problem.detail.client_only()),
        (None, _) => None,
    }
    };
    view! {
        <div class="form-problem" role="alert">
            {move || message().map(|message| view! {
                <div class="note note-bad"><Icon glyph=Glyph::Warning /><p>{message}</p></div>
            })}
        </div>
    }
    .client_only()
}
