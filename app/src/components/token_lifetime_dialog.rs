//! The dialog that sets how long the access tokens of an OAuth client last.

use latchkey_model::{
    access_key::{AccessKey, SetTokenLifetime},
    problem::{Field, Problem},
    token_lifetime::{InvalidTokenLifetime, TokenLifetime},
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    dialog::Dialog,
    field::{TextField, value_of},
    form_problem::FormProblem,
};
use crate::{
    api,
    lean::ClientOnly,
    state::{Call, KeysPage},
};

/// Asks for a lifetime in seconds.
#[component]
pub fn TokenLifetimeDialog(
    /// The OAuth client.
    key: AccessKey,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let call = Call::new();
    let seconds = NodeRef::<html::Input>::new();
    let dismiss = move || page.dialog.set(None);
    let id = key.id;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match token_lifetime(&value_of(seconds)) {
            Ok(lifetime) => {
                let change = api::set_token_lifetime(SetTokenLifetime { id: id.clone(), token_lifetime: lifetime });
                call.start(change, move |changed| page.handle_token_lifetime(changed.key));
            }
            Err(problem) => call.fail(problem),
        }
    };
    let value = key.token_lifetime.map(|lifetime| lifetime.seconds().to_string()).unwrap_or_default();
    view! {
        <Dialog title_id="lifetime-title" title=format!("Token lifetime of {}", key.name) on_dismiss=dismiss>
            <p class="dialog-hint">
                "How long an access token lasts from when it is issued. Tokens already issued are not affected."
            </p>
            <form class="form" method="post" novalidate on:submit=submit>
                <TokenLifetimeField input=seconds value=value error=call.error_at(Field::TOKEN_LIFETIME) autofocus=true />
                <FormProblem problem=call.problem() />
                <div class="dialog-actions">
                    <Button text="Cancel" on_press=move || dismiss() />
                    <Button text="Save" variant=Variant::Primary button_type=ButtonType::Submit pending=call.pending() />
                </div>
            </form>
        </Dialog>
    }
    .client_only()
}

/// The field for a lifetime.
#[component]
pub fn TokenLifetimeField(
    /// The input, to read its value.
    input: NodeRef<html::Input>,
    /// Its initial value.
    #[prop(optional, into)]
    value: String,
    /// Why its value was refused.
    error: Signal<Option<String>>,
    /// Whether it has the focus at first.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <TextField
            id="token-lifetime"
            label="Token lifetime"
            kind="number"
            hint="In seconds, from 60 to 86400 (24 hours). Leave empty to use the server default (1 hour unless changed)."
            value=value
            input=input
            error=error
            autofocus=autofocus
        />
    }
    .client_only()
}

/// Parses the field. An empty text means the server default.
///
/// # Errors
/// [`Problem`] at the field.
pub fn token_lifetime(text: &str) -> Result<Option<u32>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let lifetime = text.trim().parse::<u32>().map_err(|_| InvalidTokenLifetime).and_then(TokenLifetime::try_from);
    let lifetime = lifetime.map_err(|error| Problem::at_field(Field::TOKEN_LIFETIME, error.to_string()))?;
    Ok(Some(lifetime.seconds()))
}
