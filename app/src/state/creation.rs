//! The creation of a key: from the form that asks for its name until the page forgets its secret.

use std::time::Duration;

use latchkey_model::{
    access_key::{CreateAccessKey, Kind},
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
};
use leptos::prelude::*;

use super::{Call, CurrentSession, NewAuthentication, NewKey, Progress, SavedSecret, Toasts};
use crate::browser::dates;

/// How long a saved secret can be shown again after its dialog has closed. A browser that was asked to save a file, or that has
/// copied a text, is no proof that a person has it.
const SHOW_AGAIN_FOR: Duration = Duration::from_mins(1);

/// The step of the creation.
#[derive(Debug)]
enum Stage {
    /// No key is being created.
    Idle,
    /// The form is open.
    Form(Kind),
    /// The key is created, and its secret is shown.
    Secret(Box<NewKey>, Progress),
}

/// What the list of keys has to do after a creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListEvent {
    /// Reload: there is one more key, or there may be.
    Changed,
    /// Open this key.
    Open(AccessKeyId),
    /// Show only this key.
    Find(AccessKeyId),
}

/// The state of the creation, in one signal: each type of signal adds a kilobyte to the WebAssembly.
#[derive(Debug)]
struct State {
    stage: Stage,
    /// The saved secrets that can still be shown again. The page holds secrets only here and in `stage`.
    saved: Vec<SavedSecret>,
    /// The number of the next saved secret.
    next: u32,
    /// The name of the key in the latest request.
    name: String,
    /// The name of a key whose request was not answered.
    unanswered: Option<String>,
    /// The event that the list has not handled yet.
    event: Option<ListEvent>,
}

/// The creation of a key. It belongs to the console and not to the page of access keys: a step back in the browser's history
/// ends the page, and must not lose a secret that is not saved, or an answer that is still to come.
#[derive(Debug, Clone, Copy)]
pub struct Creation {
    state: RwSignal<State>,
    call: Call,
    session: CurrentSession,
    toasts: Toasts,
}

impl Default for Creation {
    fn default() -> Self {
        Self::new()
    }
}

impl Creation {
    /// Returns the state before any creation.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            stage: Stage::Idle,
            saved: Vec::new(),
            next: 0,
            name: String::new(),
            unanswered: None,
            event: None,
        };
        Self { state: RwSignal::new(state), call: Call::new(), session: expect_context(), toasts: expect_context() }
    }

    /// Opens the form for a key of this kind, unless a secret is shown.
    pub fn open_form(self, kind: Kind) {
        if self.state.with_untracked(|state| matches!(state.stage, Stage::Idle)) {
            self.call.clear_problem();
            self.state.update(|state| state.stage = Stage::Form(kind));
        }
    }

    /// Returns the kind of key that the form creates, while the form is open.
    #[must_use]
    pub fn form_kind(self) -> Option<Kind> {
        self.state.with(|state| match state.stage {
            Stage::Form(kind) => Some(kind),
            Stage::Idle | Stage::Secret(..) => None,
        })
    }

    /// Returns whether the secret that is shown was saved.
    #[must_use]
    pub fn progress(self) -> Option<Progress> {
        self.state.with(|state| match state.stage {
            Stage::Secret(_, progress) => Some(progress),
            Stage::Idle | Stage::Form(_) => None,
        })
    }

    /// Records whether the secret that is shown was saved.
    pub fn set_progress(self, to: Progress) {
        self.state.update(|state| {
            if let Stage::Secret(_, progress) = &mut state.stage {
                *progress = to;
            }
        });
    }

    /// Whether something would be lost with the page: a secret that is not saved, or an answer that may bring one.
    #[must_use]
    pub fn is_unsaved(self) -> bool {
        match self.progress() {
            Some(Progress::NotSaved | Progress::AskedToClose) => true,
            Some(Progress::Saved(_)) => false,
            None => self.call.pending().get(),
        }
    }

    /// Whether the page holds a secret, or one may come.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self.is_unsaved() || self.progress().is_some() || self.state.with(|state| !state.saved.is_empty())
    }

    /// Returns what `read` reads from the key whose secret is shown.
    pub fn read<T>(self, read: impl FnOnce(&NewKey) -> T) -> Option<T> {
        self.state.with(|state| match &state.stage {
            Stage::Secret(new, _) => Some(read(new)),
            Stage::Idle | Stage::Form(_) => None,
        })
    }

    /// Returns the request that creates the key.
    #[must_use]
    pub fn call(self) -> Call {
        self.call
    }

    /// Returns the name of a key whose request was not answered, until the note about it is dismissed.
    #[must_use]
    pub fn unanswered(self) -> Option<String> {
        self.state.with(|state| state.unanswered.clone())
    }

    /// Removes the note about the request that was not answered.
    pub fn dismiss_unanswered(self) {
        self.state.update(|state| state.unanswered = None);
    }

    /// Takes the event that the list has not handled yet.
    #[must_use]
    pub fn take_event(self) -> Option<ListEvent> {
        let event = self.state.with(|state| state.event.clone());
        if event.is_some() {
            self.state.update(|state| state.event = None);
        }
        event
    }

    /// Sets the event that the list handles next.
    pub fn notify_list(self, event: ListEvent) {
        self.state.update(|state| state.event = Some(event));
    }

    /// Whether a form, a secret, a note or an offer is visible.
    #[must_use]
    pub fn is_visible(self) -> bool {
        self.state
            .with(|state| !matches!(state.stage, Stage::Idle) || state.unanswered.is_some() || !state.saved.is_empty())
    }

    /// Creates the key.
    pub fn create(self, request: CreateAccessKey, authentication: NewAuthentication) {
        self.state.update(|state| state.name.clone_from(&request.name));
        let issuer = untrack(|| self.session.issuer());
        self.call.start(NewKey::create(request, authentication, issuer), move |new| self.handle_created(new));
    }

    fn handle_created(self, new: NewKey) {
        if new.secret.is_some() {
            self.state.update(|state| {
                state.stage = Stage::Secret(Box::new(new), Progress::NotSaved);
                state.event = Some(ListEvent::Changed);
            });
        } else {
            self.toasts.success(format!("“{}” is created. It is inactive until you activate it.", new.key.name));
            self.end(ListEvent::Open(new.key.id));
        }
    }

    /// Closes the form, unless an answer is awaited. A request that was not answered leaves a note.
    pub fn close_form(self) {
        if untrack(|| self.form_kind()).is_none() || self.call.pending().get_untracked() {
            return;
        }
        let is_lost =
            |problem: &Option<Problem>| problem.as_ref().is_some_and(|it| it.kind == ProblemKind::Unreachable);
        let is_lost = self.call.problem().with_untracked(is_lost);
        self.state.update(|state| {
            state.stage = Stage::Idle;
            if is_lost {
                state.unanswered = Some(state.name.clone());
            }
        });
    }

    /// Closes the form and shows one key in the list.
    pub fn find(self, id: &AccessKeyId) {
        self.end(ListEvent::Find(id.clone()));
    }

    /// Closes the secret's dialog and opens the key in the list. A saved secret can be shown again for a minute; another one is
    /// forgotten.
    pub fn close_secret(self) {
        let Some(number) = self.state.try_update(close_secret).flatten() else { return };
        set_timeout(move || self.forget(number), SHOW_AGAIN_FOR);
    }

    /// Maps the secrets that can be shown again, oldest first.
    pub fn map_saved<T>(self, read: impl Fn(&SavedSecret) -> T) -> Vec<T> {
        self.state.with(|state| state.saved.iter().map(read).collect())
    }

    /// Shows a secret again.
    pub fn show_again(self, number: u32) {
        self.state.update(|state| {
            let index = state.saved.iter().position(|secret| secret.number == number);
            if let (Stage::Idle, Some(index)) = (&state.stage, index) {
                let SavedSecret { new, saved_by, .. } = state.saved.remove(index);
                state.stage = Stage::Secret(new, Progress::Saved(saved_by));
            }
        });
    }

    /// Forgets the saved secret with this number.
    pub fn forget(self, number: u32) {
        self.forget_where(|secret| secret.number == number);
    }

    /// Forgets the saved secrets whose time is over: timers do not run while a computer sleeps.
    pub fn forget_expired(self) {
        let now = dates::now();
        self.forget_where(|secret| secret.until <= now);
    }

    /// Forgets all saved secrets.
    pub fn forget_all_saved(self) {
        self.forget_where(|_| true);
    }

    fn forget_where(self, condition: impl Fn(&SavedSecret) -> bool) {
        if self.state.try_with_untracked(|state| state.saved.iter().any(&condition)) == Some(true) {
            self.state.update(|state| state.saved.retain(|secret| !condition(secret)));
        }
    }

    fn end(self, event: ListEvent) {
        self.state.update(|state| {
            state.stage = Stage::Idle;
            state.event = Some(event);
        });
    }
}

/// Ends the stage that shows the secret. Returns the number of the saved secret, if it was saved.
fn close_secret(state: &mut State) -> Option<u32> {
    if !matches!(state.stage, Stage::Secret(..)) {
        return None;
    }
    let Stage::Secret(new, progress) = std::mem::replace(&mut state.stage, Stage::Idle) else { return None };
    state.event = Some(ListEvent::Open(new.key.id.clone()));
    let Progress::Saved(saved_by) = progress else { return None };
    let number = state.next;
    state.next = number.wrapping_add(1);
    let until = dates::now().plus(SHOW_AGAIN_FOR);
    state.saved.push(SavedSecret { number, new, saved_by, until });
    Some(number)
}
