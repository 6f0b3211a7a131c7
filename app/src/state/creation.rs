//! A key in the making: from the question for its name until its secret is put away.

use latchkey_model::{
    access_key::{CreateAccessKey, Kind},
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
};
use leptos::prelude::*;

use super::{Call, CurrentSession, NewKey, NewProof, Toasts};

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

/// All that is known of it, in one signal: each type of signal costs the browser's build a kilobyte.
#[derive(Debug, Clone)]
struct Making {
    stage: Stage,
    /// What the latest request named the key.
    name: String,
    /// The name of a key that was asked for and of which no answer came.
    unclear: Option<String>,
    /// What the list has not learnt yet.
    news: Option<News>,
}

/// It belongs to the console and not to the page of access keys: a step back in the browser's history ends the page, and
/// must not end a secret that nobody has saved, or an answer that is still to come.
#[derive(Debug, Clone, Copy)]
pub struct Creation {
    making: RwSignal<Making>,
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
    /// Nobody makes a key yet.
    #[must_use]
    pub fn new() -> Self {
        let making = Making { stage: Stage::Idle, name: String::new(), unclear: None, news: None };
        Self { making: RwSignal::new(making), call: Call::new(), session: expect_context(), toasts: expect_context() }
    }

    /// Asks for the name of a key of this kind.
    pub fn begin(self, kind: Kind) {
        self.call.forget();
        self.making.update(|making| making.stage = Stage::Asked(kind));
    }

    /// The kind of key whose name is asked for.
    #[must_use]
    pub fn asked(self) -> Option<Kind> {
        self.making.with(|making| match making.stage {
            Stage::Asked(kind) => Some(kind),
            Stage::Idle | Stage::Made(_) => None,
        })
    }

    /// Whether there is a secret to show.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self.making.with(|making| matches!(making.stage, Stage::Made(_)))
    }

    /// What `read` finds in the key whose secret is shown.
    pub fn read<T>(self, read: impl FnOnce(&NewKey) -> T) -> Option<T> {
        self.making.with(|making| match &making.stage {
            Stage::Made(new) => Some(read(new)),
            Stage::Idle | Stage::Asked(_) => None,
        })
    }

    /// The request for the key.
    #[must_use]
    pub fn call(self) -> Call {
        self.call
    }

    /// The name of a key that was asked for and of which no answer came, until somebody has read of it.
    #[must_use]
    pub fn unclear(self) -> Option<String> {
        self.making.with(|making| making.unclear.clone())
    }

    /// Somebody has read of it.
    pub fn forget_unclear(self) {
        self.making.update(|making| making.unclear = None);
    }

    /// What the list has not learnt yet; it learns it now.
    #[must_use]
    pub fn take_news(self) -> Option<News> {
        let news = self.making.with(|making| making.news.clone());
        if news.is_some() {
            self.making.update(|making| making.news = None);
        }
        news
    }

    /// Lets the list learn something.
    pub fn tell(self, news: News) {
        self.making.update(|making| making.news = Some(news));
    }

    /// Whether there is anything to see of it.
    #[must_use]
    pub fn is_visible(self) -> bool {
        self.making.with(|making| !matches!(making.stage, Stage::Idle) || making.unclear.is_some())
    }

    /// Makes the key.
    pub fn create(self, request: CreateAccessKey, proof: NewProof) {
        self.making.update(|making| making.name.clone_from(&request.name));
        let issuer = untrack(|| self.session.issuer());
        self.call.start(NewKey::create(request, proof, issuer), move |new| self.note_made(new));
    }

    fn note_made(self, new: NewKey) {
        if new.secret.is_some() {
            self.making.update(|making| {
                making.stage = Stage::Made(Box::new(new));
                making.news = Some(News::Changed);
            });
        } else {
            self.toasts.done(format!("“{}” is ready, and inactive until you activate it.", new.key.name));
            self.end(News::Open(new.key.id));
        }
    }

    /// Asks for no name any more, unless an answer is awaited. That one never came is not forgotten.
    pub fn cancel(self) {
        if untrack(|| self.asked()).is_none() || self.call.pending().get_untracked() {
            return;
        }
        let is_lost =
            |problem: &Option<Problem>| problem.as_ref().is_some_and(|it| it.kind == ProblemKind::Unreachable);
        let is_lost = self.call.problem().with_untracked(is_lost);
        self.making.update(|making| {
            making.stage = Stage::Idle;
            if is_lost {
                making.unclear = Some(making.name.clone());
            }
        });
    }

    /// Leaves the question, and shows one key.
    pub fn look_for(self, id: &AccessKeyId) {
        self.end(News::LookFor(id.clone()));
    }

    /// Forgets the secret; the list then shows how to prove the key.
    pub fn put_away(self) {
        if let Some(id) = untrack(|| self.read(|new| new.key.id.clone())) {
            self.end(News::Open(id));
        }
    }

    fn end(self, news: News) {
        self.making.update(|making| {
            making.stage = Stage::Idle;
            making.news = Some(news);
        });
    }
}
