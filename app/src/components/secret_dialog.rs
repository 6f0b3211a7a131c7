//! The dialog that shows a new key's secret, this once.

use latchkey_model::{
    access_key::Kind,
    credential_file::{CredentialFile, OneTimeSecret},
};
use leptos::{ev, prelude::*};

use super::{
    button::{Button, Look},
    copy_field::CopyField,
    dialog::Dialog,
    icon::{Glyph, Icon},
    late::Late,
    words::words,
};
use crate::{
    browser::{dates, download, focus},
    state::{Creation, CurrentSession, NewKey},
};

/// What the dialog calls what it shows.
#[derive(Debug, Clone, Copy)]
struct Texts {
    warning: &'static str,
    label: &'static str,
    copy: &'static str,
    not_saved: &'static str,
}

const fn texts(secret: &OneTimeSecret, kind: Kind) -> Texts {
    match secret {
        OneTimeSecret::Secret(_) => Texts {
            warning: "This is the only time the secret is shown. Latchkey keeps no copy of it, so save it somewhere safe now.",
            label: words(kind).secret,
            copy: "Copy secret",
            not_saved: "You have not saved this secret",
        },
        OneTimeSecret::PrivateKey(_) => Texts {
            warning: "This private key was made in your browser and is nowhere else. Latchkey has only the public one, so save it somewhere safe now.",
            label: "Private key",
            copy: "Copy private key",
            not_saved: "You have not saved this private key",
        },
    }
}

/// How far a person has come with the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Neither downloaded nor copied.
    NotSaved,
    /// Wants to go all the same.
    AskedToClose,
    /// Downloaded or copied.
    Saved,
}

const GO_BACK: &str = "secret-go-back";

/// Shows the ID and the secret of the key just made. It goes only by its own buttons or Escape, and asks first if the
/// secret was neither downloaded nor copied. The secret is forgotten with it.
#[component]
pub fn SecretDialog() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let progress = RwSignal::new(Progress::NotSaved);
    let shown = untrack(|| creation.read(|new| Some((new.key.clone(), texts(new.secret.as_ref()?, new.key.kind)))));
    let Some((key, texts)) = shown.flatten() else { return ().late() };
    let id = key.id.to_string();
    let secret = move || {
        let text = |new: &NewKey| new.secret.as_ref().map(|secret| secret.expose().to_owned());
        creation.read(text).flatten().unwrap_or_default()
    };
    let ask_to_close = move || match progress.get_untracked() {
        Progress::Saved => creation.put_away(),
        Progress::NotSaved => progress.set(Progress::AskedToClose),
        Progress::AskedToClose => progress.set(Progress::NotSaved),
    };
    let note_saved = move || progress.set(Progress::Saved);
    warn_before_the_page_goes(progress);
    let has_asked = Memo::new(move |_| progress.get() == Progress::AskedToClose);
    let end = move || {
        if has_asked.get() {
            view! { <NotSaved progress=progress title=texts.not_saved /> }.late()
        } else {
            view! { <Ways progress=progress ask_to_close=ask_to_close /> }.late()
        }
    };
    view! {
        <Dialog title_id="secret-title" title=format!("{} is ready", key.name) on_dismiss=ask_to_close wide=true>
            <p class="note note-warn">
                <Icon glyph=Glyph::Warning />
                {texts.warning}
            </p>
            <CopyField id="secret-id" label=words(key.kind).id copy_label="Copy ID" text=Signal::stored(id) />
            <CopyField
                id="secret-secret"
                label=texts.label
                copy_label=texts.copy
                text=Signal::derive(secret)
                on_copied=note_saved
            />
            {end}
        </Dialog>
    }
    .late()
}

/// Leaving the page would lose the secret too.
fn warn_before_the_page_goes(progress: RwSignal<Progress>) {
    let listener = window_event_listener(ev::beforeunload, move |event| {
        if progress.try_get_untracked().is_some_and(|progress| progress != Progress::Saved) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

#[component]
fn Ways(progress: RwSignal<Progress>, #[prop(into)] ask_to_close: Callback<()>) -> impl IntoView {
    let creation = expect_context::<Creation>();
    let session = expect_context::<CurrentSession>();
    let save = move |extension: &str, media_type: &str, content: fn(&CredentialFile) -> String| {
        let file = untrack(|| creation.read(|new| file_of(new, session)));
        if file.flatten().is_some_and(|file| download::save(&file.file_name(extension), media_type, &content(&file))) {
            progress.set(Progress::Saved);
        }
    };
    let save_json = move || save("json", "application/json", CredentialFile::json);
    let save_env = move || save("env", "text/plain", CredentialFile::env);
    let hint = move || match progress.get() {
        Progress::Saved => "Saved. The key starts inactive: activate it in the list.",
        Progress::NotSaved | Progress::AskedToClose => "The key starts inactive: activate it in the list.",
    };
    view! {
        <p class="dialog-hint">{hint}</p>
        <div class="dialog-actions">
            <Button text="Download as .env" look=Look::Quiet on_press=save_env />
            <span class="dialog-gap"></span>
            <Button text="Got it" on_press=move || ask_to_close.run(()) />
            <Button glyph=Glyph::Download text="Download" look=Look::Primary autofocus=true on_press=save_json />
        </div>
    }
    .late()
}

fn file_of(new: &NewKey, session: CurrentSession) -> Option<CredentialFile> {
    let created_at = dates::rfc3339(new.key.created_at);
    let (base_url, issuer) = untrack(|| (session.base_url(), session.issuer()));
    new.secret.as_ref().map(|secret| CredentialFile::new(&new.key, secret, &base_url, &issuer, &created_at))
}

#[component]
fn NotSaved(progress: RwSignal<Progress>, title: &'static str) -> impl IntoView {
    let creation = expect_context::<Creation>();
    Effect::new(move |_| focus::element_with_id(GO_BACK));
    view! {
        <div class="secret-guard" role="alertdialog" aria-labelledby="guard-title" aria-describedby="guard-text">
            <h3 id="guard-title">{title}</h3>
            <p id="guard-text">
                "Once this closes, nobody can show it again. Without it the key is of no use, and you would create another."
            </p>
            <div class="dialog-actions">
                <Button text="Close anyway" on_press=move || creation.put_away() />
                <Button text="Go back" look=Look::Primary id=GO_BACK on_press=move || progress.set(Progress::NotSaved) />
            </div>
        </div>
    }
    .late()
}
