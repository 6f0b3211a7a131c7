//! A key in the making: from the question for its name until its secret is put away.

use latchkey_model::{
    access_key::{CreateAccessKey, Kind},
    id::AccessKeyId,
};
use leptos::prelude::*;

use super::{Call, NewKey, NewProof, Toasts};

/// How far the making has come.
#[derive(Debug, Clone)]
enum Stage {
    /// Nobody makes a key.
    Idle,
    /// Its name is asked for.
    Asked(Kind),
    /// It is made, and its secret is shown: the only place in the page where one is kept.
    Made(Box<NewKey>),
}

/// What the list of keys learns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// There is one more key, or there may be.
    Changed,
    /// This key is to be opened.
    Open(AccessKeyId),
    /// This key alone is to be seen.
    LookFor(AccessKeyId),
}

/// It belongs to the console and not to the page of access keys: a step back in the browser's history ends the page, and
/// must not end a secret that nobody has saved, or an answer that is still to come.
#[derive(Debug, Clone, Copy)]
pub struct Creation {
    stage: RwSignal<Stage>,
    unclear: RwSignal<Option<String>>,
    news: RwSignal<Option<News>>,
    call: Call,
    toasts: Toasts,
}

impl Default for Creation {
    fn default() -> Self {
        Self::new()
    }
}

impl Creation {
    /// Nobody makes a key yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Idle),
            unclear: RwSignal::new(None),
            news: RwSignal::new(None),
            call: Call::new(),
            toasts: expect_context(),
        }
    }

    /// Asks for the name of a key of this kind.
    pub fn begin(self, kind: Kind) {
        self.call.forget();
        self.stage.set(Stage::Asked(kind));
    }

    /// The kind of key whose name is asked for.
    #[must_use]
    pub fn asked(self) -> Option<Kind> {
        self.stage.with(|stage| match stage {
            Stage::Asked(kind) => Some(*kind),
            Stage::Idle | Stage::Made(_) => None,
        })
    }

    /// Whether there is a secret to show.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self.stage.with(|stage| matches!(stage, Stage::Made(_)))
    }

    /// What `read` finds in the key whose secret is shown.
    pub fn read<T>(self, read: impl FnOnce(&NewKey) -> T) -> Option<T> {
        self.stage.with(|stage| match stage {
            Stage::Made(new) => Some(read(new)),
            Stage::Idle | Stage::Asked(_) => None,
        })
    }

    /// The request for the key.
    #[must_use]
    pub fn call(self) -> Call {
        self.call
    }

    /// The name of a key that was asked for and of which no answer came.
    #[must_use]
    pub fn unclear(self) -> RwSignal<Option<String>> {
        self.unclear
    }

    /// What the list has not learnt yet.
    #[must_use]
    pub fn news(self) -> RwSignal<Option<News>> {
        self.news
    }

    /// Whether there is anything to see of it.
    #[must_use]
    pub fn is_visible(self) -> bool {
        self.stage.with(|stage| !matches!(stage, Stage::Idle)) || self.unclear.with(Option::is_some)
    }

    /// Makes the key.
    pub fn create(self, request: CreateAccessKey, proof: NewProof) {
        self.call.start(NewKey::create(request, proof), move |new| self.note_made(new));
    }

    fn note_made(self, new: NewKey) {
        if new.secret.is_some() {
            self.stage.set(Stage::Made(Box::new(new)));
            self.news.set(Some(News::Changed));
        } else {
            self.stage.set(Stage::Idle);
            self.toasts.done(format!("“{}” is ready, and inactive until you activate it.", new.key.name));
            self.news.set(Some(News::Open(new.key.id)));
        }
    }

    /// Asks for no name any more, unless an answer is awaited.
    pub fn cancel(self) {
        if self.asked().is_some() && !self.call.pending().get_untracked() {
            self.stage.set(Stage::Idle);
        }
    }

    /// Leaves the question, and shows one key.
    pub fn look_for(self, id: &AccessKeyId) {
        self.cancel();
        self.news.set(Some(News::LookFor(id.clone())));
    }

    /// Forgets the secret; the list then shows how to prove the key.
    pub fn put_away(self) {
        if let Some(id) = untrack(|| self.read(|new| new.key.id.clone())) {
            self.stage.set(Stage::Idle);
            self.news.set(Some(News::Open(id)));
        }
    }
}
