//! The dialog that shows a new key's secret once.

use latchkey_model::{
    access_key::Kind,
    credential_file::{CredentialFile, OneTimeSecret},
};
use leptos::prelude::*;
use web_sys::HtmlInputElement;
use zeroize::Zeroizing;

use super::{
    button::{Button, Variant},
    copy_field::{CopyField, fill_with_text},
    dialog::Dialog,
    icon::{Glyph, Icon},
    labels::labels,
    unsaved::{SessionEnded, UnsavedQuestion},
};
use crate::{
    browser::{dates, download},
    lean::ClientOnly,
    state::{Creation, CurrentSession, NewKey, Progress, SavedBy},
};

/// The texts of the dialog for what it shows.
#[derive(Debug, Clone, Copy)]
struct Texts {
    warning: &'static str,
    label: &'static str,
    copy: &'static str,
    title: &'static str,
    not_saved: &'static str,
    lost: &'static str,
    back: &'static str,
}

const fn texts(secret: &OneTimeSecret, kind: Kind) -> Texts {
    match secret {
        OneTimeSecret::Secret(_) => Texts {
            warning: "This is the only time the secret is shown. Latchkey keeps no copy of it, so save it somewhere safe now.",
            label: labels(kind).secret,
            copy: "Copy secret",
            title: "Save the secret for",
            not_saved: "You have not saved this secret",
            lost: "If you close this now, the secret is lost. You would have to create a new key.",
            back: "Back to the secret",
        },
        OneTimeSecret::PrivateKey(_) => Texts {
            warning: "This private key was created in your browser and exists nowhere else. Latchkey has only the public key, so save it somewhere safe now.",
            label: "Private key",
            copy: "Copy private key",
            title: "Save the private key for",
            not_saved: "You have not saved this private key",
            lost: "If you close this now, the private key is lost. You would have to create a new client.",
            back: "Back to the private key",
        },
    }
}

/// Shows the ID and the secret of a new key. It closes only by its buttons or Escape, and asks first if the secret was neither
/// downloaded nor copied.
#[component]
pub fn SecretDialog() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let content = untrack(|| creation.read(|new| Some((new.key.clone(), texts(new.secret.as_ref()?, new.key.kind)))));
    let Some((key, texts)) = content.flatten() else { return ().client_only() };
    let id = key.id.to_string();
    // The secret goes directly into the field: no other copy is made here.
    let fill_with_secret = move |field: HtmlInputElement| {
        untrack(|| creation.read(|new| new.secret.as_ref().map(|secret| field.set_value(secret.expose()))));
    };
    let note_copied = move || creation.set_progress(Progress::Saved(SavedBy::Copied));
    let has_asked = Memo::new(move |_| creation.progress() == Some(Progress::AskedToClose));
    let end = move || {
        if has_asked.get() {
            view! {
                <UnsavedQuestion
                    title=texts.not_saved
                    text=texts.lost
                    close="Close without saving"
                    back=texts.back
                    on_close=move || creation.close_secret()
                    on_stay=move || creation.set_progress(Progress::NotSaved)
                />
            }
            .client_only()
        } else {
            view! { <Actions /> }.client_only()
        }
    };
    view! {
        <Dialog title_id="secret-title" title=format!("{} “{}”", texts.title, key.name) on_dismiss=move || ask_to_close(&creation) wide=true>
            <p class="note note-warn">
                <Icon glyph=Glyph::Warning />
                {texts.warning}
            </p>
            <SessionEnded />
            <CopyField id="secret-id" label=labels(key.kind).id copy_label="Copy ID" fill=fill_with_text(id) />
            <CopyField
                id="secret-secret"
                label=texts.label
                copy_label=texts.copy
                fill=fill_with_secret
                on_copied=note_copied
            />
            {end}
        </Dialog>
    }
    .client_only()
}

/// Closes the dialog if the secret was saved. If it was not, asks, and at the second call withdraws the question.
pub(super) fn ask_to_close(creation: &Creation) {
    match untrack(|| creation.progress()) {
        Some(Progress::Saved(_)) => creation.close_secret(),
        Some(Progress::NotSaved) => creation.set_progress(Progress::AskedToClose),
        Some(Progress::AskedToClose) => creation.set_progress(Progress::NotSaved),
        None => {}
    }
}

#[component]
fn Actions() -> impl IntoView {
    let creation = expect_context::<Creation>();
    let session = expect_context::<CurrentSession>();
    let save = move |extension: &str, media_type: &str, content: fn(&CredentialFile) -> String| {
        let file = untrack(|| creation.read(|new| file_of(new, session)));
        let save = |file: CredentialFile| {
            let content = Zeroizing::new(content(&file));
            download::save(&file.file_name(extension), media_type, &content)
        };
        if file.flatten().is_some_and(save) {
            creation.set_progress(Progress::Saved(SavedBy::Downloaded));
        }
    };
    let save_json = move || save("json", "application/json", CredentialFile::json);
    let save_env = move || save("env", "text/plain", CredentialFile::env);
    let hint = move || match creation.progress() {
        Some(Progress::Saved(SavedBy::Downloaded)) => {
            ("Check that your browser saved the file. ", "Next: activate the key in the list.")
        }
        Some(Progress::Saved(SavedBy::Copied)) => {
            ("Copied. Paste it into your vault now. ", "Next: activate the key in the list.")
        }
        Some(Progress::NotSaved | Progress::AskedToClose) | None => {
            ("", "The key is inactive until you activate it in the list.")
        }
    };
    view! {
        <p class="dialog-hint" role="status">
            <strong>{move || hint().0}</strong>
            {move || hint().1}
        </p>
        <div class="dialog-actions">
            <Button text="Download as .env" variant=Variant::Quiet on_press=save_env />
            <span class="dialog-gap"></span>
            <Button text="Got it" on_press=move || ask_to_close(&creation) />
            <Button glyph=Glyph::Download text="Download" variant=Variant::Primary autofocus=true on_press=save_json />
        </div>
    }
    .client_only()
}

fn file_of(new: &NewKey, session: CurrentSession) -> Option<CredentialFile> {
    let created_at = dates::rfc3339(new.key.created_at);
    let (base_url, issuer) = untrack(|| (session.base_url(), session.issuer()));
    new.secret.as_ref().map(|secret| CredentialFile::new(&new.key, secret, &base_url, &issuer, &created_at))
}
