//! What a new OAuth client proves itself by, and how long its tokens last.

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
    state::{Call, NewProof},
};

/// The kinds of [`NewProof`], as they are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Secret,
    KeyPair,
    PublicKey,
}

impl Choice {
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

/// What is chosen for a new client.
#[derive(Debug, Clone, Copy)]
pub struct ClientChoices {
    choice: RwSignal<Choice>,
    public_key: NodeRef<html::Textarea>,
    token_lifetime: NodeRef<html::Input>,
}

impl ClientChoices {
    /// A secret, and tokens that last as long as those of others.
    #[must_use]
    pub fn new() -> Self {
        Self { choice: RwSignal::new(Choice::Secret), public_key: NodeRef::new(), token_lifetime: NodeRef::new() }
    }

    /// What the client is to prove itself by.
    ///
    /// # Errors
    /// [`Problem`] at the field of the public key.
    pub fn proof(self) -> Result<NewProof, Problem> {
        match self.choice.get_untracked() {
            Choice::Secret => Ok(NewProof::Secret),
            Choice::KeyPair => Ok(NewProof::KeyPair),
            Choice::PublicKey => {
                let text = self.public_key.get_untracked().map(|field| field.value()).unwrap_or_default();
                let key: PublicKey = text.parse().map_err(|error: latchkey_model::public_key::InvalidPublicKey| {
                    Problem::at_field(Field::PublicKey, error.to_string())
                })?;
                Ok(NewProof::PublicKey(Box::new(Jwk::from(key))))
            }
        }
    }

    /// How long its tokens are to last, in seconds.
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

/// Offers the choices.
#[component]
pub fn ClientOptions(
    /// What is chosen.
    choices: ClientChoices,
    /// The call that makes the client, for what it says at the fields.
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
            <ProofChoice choices=choices choice=Choice::Secret hint="Created by Latchkey and shown once. Every OAuth library supports it." />
            <ProofChoice choices=choices choice=Choice::KeyPair hint=pair_hint disabled=!key_pair::is_offered() />
            <ProofChoice choices=choices choice=Choice::PublicKey hint="The client already has a key pair. Paste its public key below." />
        </fieldset>
        <ClientShow when=move || choices.choice.get() == Choice::PublicKey>
            <PublicKeyField field=choices.public_key error=call.error_at(Field::PublicKey) />
        </ClientShow>
        <TokenLifetimeField input=choices.token_lifetime error=call.error_at(Field::TokenLifetime) />
    }
    .client_only()
}

#[component]
fn ProofChoice(
    choices: ClientChoices,
    choice: Choice,
    hint: &'static str,
    #[prop(optional)] disabled: bool,
) -> impl IntoView {
    let id = format!("proof-{}", choice.value());
    let hint_id = format!("{id}-hint");
    view! {
        <label>
            <input
                type="radio"
                name="proof"
                value=choice.value()
                aria-labelledby=id.clone()
                aria-describedby=hint_id.clone()
                disabled=disabled
                prop:checked=move || choices.choice.get() == choice
                on:change=move |_| choices.choice.set(choice)
            />
            <span>
                <span class="choice-name" id=id>{choice.name()}</span>
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
