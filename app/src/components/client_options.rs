//! How a new OAuth client authenticates, and how long its tokens last.

use latchkey_model::{
    problem::{Field, Problem},
    public_key::{Jwk, PublicKey},
};
use leptos::{html, prelude::*};

use super::{
    field::value_of,
    token_lifetime_dialog::{TokenLifetimeField, token_lifetime},
};
use crate::{
    browser::key_pair,
    lean::{ClientOnly, ClientShow},
    state::{Call, NewAuthentication},
};

/// The methods of [`NewAuthentication`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Secret,
    KeyPair,
    PublicKey,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Secret => "Client secret",
            Self::KeyPair => "New key pair",
            Self::PublicKey => "Your own public key",
        }
    }

    const fn value(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::KeyPair => "key-pair",
            Self::PublicKey => "public-key",
        }
    }
}

/// The choices for a new client.
#[derive(Debug, Clone, Copy)]
pub struct ClientChoices {
    method: RwSignal<Method>,
    public_key: NodeRef<html::Textarea>,
    token_lifetime: NodeRef<html::Input>,
}

impl ClientChoices {
    /// Returns the defaults: a secret, and the server's token lifetime.
    #[must_use]
    pub fn new() -> Self {
        Self { method: RwSignal::new(Method::Secret), public_key: NodeRef::new(), token_lifetime: NodeRef::new() }
    }

    /// Returns how the client authenticates.
    ///
    /// # Errors
    /// [`Problem`] at the field of the public key.
    pub fn authentication(self) -> Result<NewAuthentication, Problem> {
        match self.method.get_untracked() {
            Method::Secret => Ok(NewAuthentication::Secret),
            Method::KeyPair => Ok(NewAuthentication::KeyPair),
            Method::PublicKey => {
                let text = self.public_key.get_untracked().map(|field| field.value()).unwrap_or_default();
                let key: PublicKey = text.parse().map_err(|error: latchkey_model::public_key::InvalidPublicKey| {
                    Problem::at_field(Field::PUBLIC_KEY, error.to_string())
                })?;
                Ok(NewAuthentication::PublicKey(Box::new(Jwk::from(key))))
            }
        }
    }

    /// Returns how long its tokens last, in seconds.
    ///
    /// # Errors
    /// [`Problem`] at its field.
    pub fn token_lifetime(self) -> Result<Option<u32>, Problem> {
        token_lifetime(&value_of(self.token_lifetime))
    }
}

impl Default for ClientChoices {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the choices.
#[component]
pub fn ClientOptions(
    /// The choices.
    choices: ClientChoices,
    /// The call that creates the client, for its errors at the fields.
    call: Call,
) -> impl IntoView {
    let pair_hint = if key_pair::is_offered() {
        "Created in your browser. Only the file you download holds the private key."
    } else {
        "Not available here: browsers create key pairs only over HTTPS. Create one yourself and paste its public key."
    };
    view! {
        <fieldset class="choice">
            <legend>"Authentication method"</legend>
            <MethodChoice choices=choices method=Method::Secret hint="Created by Latchkey and shown once. Every OAuth library supports it." />
            <MethodChoice choices=choices method=Method::KeyPair hint=pair_hint disabled=!key_pair::is_offered() />
            <MethodChoice choices=choices method=Method::PublicKey hint="The client already has a key pair. Paste its public key below." />
        </fieldset>
        <ClientShow when=move || choices.method.get() == Method::PublicKey>
            <PublicKeyField field=choices.public_key error=call.error_at(Field::PUBLIC_KEY) />
        </ClientShow>
        <TokenLifetimeField input=choices.token_lifetime error=call.error_at(Field::TOKEN_LIFETIME) />
    }
    .client_only()
}

#[component]
fn MethodChoice(
    choices: ClientChoices,
    method: Method,
    hint: &'static str,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = format!("authentication-{}", method.value());
    let hint_id = format!("{id}-hint");
    view! {
        <label>
            <input
                type="radio"
                name="authentication"
                value=method.value()
                aria-labelledby=id.clone()
                aria-describedby=hint_id.clone()
                disabled=disabled
                prop:checked=move || choices.method.get() == method
                on:change=move |_| choices.method.set(method)
            />
            <span>
                <span class="choice-name" id=id>{method.name()}</span>
                <span class="choice-hint" id=hint_id>{hint}</span>
            </span>
        </label>
    }
    .client_only()
}

#[component]
fn PublicKeyField(field: NodeRef<html::Textarea>, error: Signal<Option<String>>) -> impl IntoView {
    let is_invalid = move || error.with(Option::is_some);
    view! {
        <div class="field">
            <label for="public-key">"Public key"</label>
            <textarea
                id="public-key"
                rows="5"
                spellcheck="false"
                autocomplete="off"
                placeholder=r#"{"kty":"EC","crv":"P-256","x":"…","y":"…"}"#
                aria-invalid=move || is_invalid().then_some("true")
                aria-describedby=move || if is_invalid() { "public-key-error" } else { "public-key-hint" }
                node_ref=field
            ></textarea>
            <p class="field-hint" id="public-key-hint">"JWK format: P-256, Ed25519, or RSA (2048 bits or more)."</p>
            <p class="field-error" id="public-key-error" hidden=move || !is_invalid()>{error}</p>
        </div>
    }
    .client_only()
}
