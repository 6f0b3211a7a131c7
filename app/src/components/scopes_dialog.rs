//! The dialog that sets the scopes of a key.

use latchkey_model::{
    access_key::AccessKey,
    problem::Field,
    scope::{DefineScope, Scope},
};
use leptos::{ev, html, prelude::*};

use super::{
    button::{Button, ButtonType, Variant},
    dialog::Dialog,
    error_state::ErrorState,
    field::{TextField, value_of},
    form_problem::FormProblem,
    icon::{Glyph, Icon},
    pager::Pager,
    skeleton::TextSkeleton,
};
use crate::{
    lean::ClientOnly,
    state::{Call, KeysPage, Load, ScopesForm},
};

/// Shows all scopes of the organization with those of the key chosen, and a form that adds one.
#[component]
pub fn ScopesDialog(
    /// The key.
    key: AccessKey,
) -> impl IntoView {
    let page = expect_context::<KeysPage>();
    let form = ScopesForm::new(&key.scopes);
    let call = Call::new();
    let dismiss = move || page.dialog.set(None);
    let title = format!("Scopes of {}", key.name);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.save(call, &key, move |key| page.handle_scopes(key));
    };
    view! {
        <Dialog title_id="scopes-title" title=title on_dismiss=dismiss>
            <p class="dialog-hint">
                "What this key may do. Changes apply from the next call."
            </p>
            <form class="form" method="post" novalidate on:submit=submit id="scopes-form">
                {move || match form.scopes.entries() {
                    Load::Pending => view! { <TextSkeleton label="Loading the scopes…" /> }.client_only(),
                    Load::Ready(scopes) => view! { <Choices form=form scopes=scopes call=call /> }.client_only(),
                    Load::Failed(problem) => {
                        let retry = move || form.scopes.reload();
                        let (title, refresh) = ("Couldn't load the scopes", form.scopes.refresh());
                        view! { <ErrorState title=title problem=problem on_retry=retry refresh=refresh /> }.client_only()
                    }
                }}
                <Pager pages=form.scopes list="scopes" />
                <FormProblem problem=call.problem() />
            </form>
            <NewScope form=form />
            <div class="dialog-actions">
                <Button text="Cancel" on_press=move || dismiss() />
                <SaveButton call=call />
            </div>
        </Dialog>
    }
    .client_only()
}

#[component]
fn SaveButton(call: Call) -> impl IntoView {
    view! {
        <button
            class="button button-primary"
            type="submit"
            form="scopes-form"
            disabled=move || call.pending().get()
            aria-busy=move || call.pending().get().then_some("true")
        >
            "Save"
        </button>
    }
    .client_only()
}

#[component]
fn Choices(form: ScopesForm, scopes: Vec<Scope>, call: Call) -> impl IntoView {
    let choices = scopes.into_iter().map(|scope| view! { <Choice form=form scope=scope call=call /> });
    view! {
        <fieldset class="scope-choices" id="scope-choices" tabindex="-1">
            <legend class="visually-hidden">"Scopes"</legend>
            {choices.collect_view()}
        </fieldset>
    }
    .client_only()
}

#[component]
fn Choice(form: ScopesForm, scope: Scope, call: Call) -> impl IntoView {
    let Scope { name, description, built_in } = scope;
    let (chosen, changed, deleted) = (name.clone(), name.clone(), name.clone());
    let id = format!("scope-{name}");
    let hint_id = format!("{id}-hint");
    let label = format!("Delete the scope {name}");
    let on_change = move |event: ev::Event| form.choose(&changed, event_target_checked(&event));
    let delete = move |_| form.delete(call, deleted.clone());
    view! {
        <div class="scope-choice">
            <input
                type="checkbox"
                id=id.clone()
                aria-describedby=hint_id.clone()
                prop:checked=move || form.has_chosen(&chosen)
                on:change=on_change
            />
            <label for=id><code>{name.to_string()}</code></label>
            <p class="scope-choice-hint" id=hint_id>
                {built_in.then_some("Built in. ")}
                <span dir="auto">{description}</span>
            </p>
            {(!built_in).then(|| view! {
                <button class="button button-quiet button-icon" type="button" aria-label=label title="Delete" on:click=delete>
                    <Icon glyph=Glyph::Bin />
                </button>
            })}
        </div>
    }
    .client_only()
}

#[component]
fn NewScope(form: ScopesForm) -> impl IntoView {
    let call = Call::new();
    let name = NodeRef::<html::Input>::new();
    let description = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let scope = DefineScope { name: value_of(name), description: value_of(description) };
        form.define(call, scope, move || {
            for input in [name, description] {
                if let Some(Some(input)) = input.try_get_untracked() {
                    input.set_value("");
                }
            }
        });
    };
    view! {
        <details class="more-options">
            <summary><Icon glyph=Glyph::Triangle />"New scope"</summary>
            <form class="form" method="post" novalidate on:submit=submit>
                <TextField
                    id="scope-name"
                    label="Scope"
                    hint="For example: orders:read. Every key of the organization can have it."
                    input=name
                    error=call.error_at(Field::NAME)
                />
                <TextField
                    id="scope-description"
                    label="Description"
                    input=description
                    error=call.error_at(Field::DESCRIPTION)
                />
                <FormProblem problem=call.problem() />
                <Button text="Add scope" variant=Variant::Secondary button_type=ButtonType::Submit pending=call.pending() />
            </form>
        </details>
    }
    .client_only()
}
