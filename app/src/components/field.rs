//! A labelled text field with a hint and an error.

use leptos::{html, prelude::*};

use crate::browser::text;

/// A text field. Its value stays in the page until it is read, so that text that was typed, or filled in by a password manager,
/// before the page became interactive is not lost.
#[component]
pub fn TextField(
    /// The `id` of the input; those of the hint and the error begin with it.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// The input, to read its value.
    input: NodeRef<html::Input>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// Its initial value.
    #[prop(optional, into)]
    value: String,
    /// The greatest value. Browsers offer as many digits for a year as it has.
    #[prop(optional)]
    max: Option<&'static str>,
    /// What a password manager may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// The hint under it.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// Why its value was refused.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has the focus at first.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let is_invalid = move || error.with(Option::is_some);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        move || match (is_invalid(), hint) {
            (true, _) => Some(error_id.clone()),
            (false, Some(_)) => Some(hint_id.clone()),
            (false, None) => None,
        }
    };
    Effect::new(move |_| {
        if is_invalid()
            && let Some(input) = input.get_untracked()
        {
            // Cannot fail for an element that is in the page.
            let _ = input.focus();
        }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=id
                type=kind
                value=value
                max=max
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                aria-invalid=move || is_invalid().then_some("true")
                aria-describedby=described_by
                node_ref=input
            />
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <p class="field-error" id=error_id hidden=move || !is_invalid()>{error}</p>
        </div>
    }
    .into_any()
}

/// Returns the value of a field in NFC: operating systems differ in the form that they type.
#[must_use]
pub fn value_of(input: NodeRef<html::Input>) -> String {
    input.get_untracked().map(|input| text::nfc(&input.value())).unwrap_or_default()
}
