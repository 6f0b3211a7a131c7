//! A key in the making: from the question for its name until its secret is forgotten.

use std::time::Duration;

use latchkey_model::{
    access_key::{CreateAccessKey, Kind},
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
};
use leptos::prelude::*;

use super::{Call, CurrentSession, KeptSecret, NewKey, NewProof, Progress, Toasts};
use crate::browser::dates;

/// How long a secret that was saved can be shown again after its dialog has closed. That a browser was asked to save a file, or has
/// copied a text, does not mean that a person has it.
const KEPT_FOR: Duration = Duration::from_mins(1);

/// How far the making has come.
#[derive(Debug)]
enum Stage {
    /// No key is made.
    Idle,
    /// Its name is asked for.
    Asked(Kind),
    /// It is made, and its secret is shown.
    Made(Box<NewKey>, Progress),
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
#[derive(Debug)]
struct Making {
    stage: Stage,
    /// The secrets that were saved and can still be shown again. Here and in the stage are the only places in the page where a
    /// secret is kept.
    kept: Vec<KeptSecret>,
    /// The number of the next one of them.
    next: u32,
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
    /// No key is made yet.
    #[must_use]
    pub fn new() -> Self {
        let making =
            Making { stage: Stage::Idle, kept: Vec::new(), next: 0, name: String::new(), unclear: None, news: None };
        Self { making: RwSignal::new(making), call: Call::new(), session: expect_context(), toasts: expect_context() }
    }

    /// Asks for the name of a key of this kind. Nothing takes the place of a secret that is shown.
    pub fn begin(self, kind: Kind) {
        if self.making.with_untracked(|making| matches!(making.stage, Stage::Idle)) {
            self.call.forget();
            self.making.update(|making| making.stage = Stage::Asked(kind));
        }
    }

    /// The kind of key whose name is asked for.
    #[must_use]
    pub fn asked(self) -> Option<Kind> {
        self.making.with(|making| match making.stage {
            Stage::Asked(kind) => Some(kind),
            Stage::Idle | Stage::Made(..) => None,
        })
    }

    /// How far a person has come with the secret that is shown.
    #[must_use]
    pub fn progress(self) -> Option<Progress> {
        self.making.with(|making| match making.stage {
            Stage::Made(_, progress) => Some(progress),
            Stage::Idle | Stage::Asked(_) => None,
        })
    }

    /// Notes how far a person has come with it.
    pub fn set_progress(self, to: Progress) {
        self.making.update(|making| {
            if let Stage::Made(_, progress) = &mut making.stage {
                *progress = to;
            }
        });
    }

    /// Whether something of it would be lost with the page: a secret that was not saved, or the answer that brings one.
    #[must_use]
    pub fn is_unsaved(self) -> bool {
        match self.progress() {
            Some(Progress::NotSaved | Progress::AskedToClose) => true,
            Some(Progress::Saved(_)) => false,
            None => self.call.pending().get(),
        }
    }

    /// Whether there is a secret in the page, or one may come.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self.is_unsaved() || self.progress().is_some() || self.making.with(|making| !making.kept.is_empty())
    }

    /// What `read` finds in the key whose secret is shown.
    pub fn read<T>(self, read: impl FnOnce(&NewKey) -> T) -> Option<T> {
        self.making.with(|making| match &making.stage {
            Stage::Made(new, _) => Some(read(new)),
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
        self.making
            .with(|making| !matches!(making.stage, Stage::Idle) || making.unclear.is_some() || !making.kept.is_empty())
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
                making.stage = Stage::Made(Box::new(new), Progress::NotSaved);
                making.news = Some(News::Changed);
            });
        } else {
            self.toasts.done(format!("“{}” is created. It is inactive until you activate it.", new.key.name));
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

    /// Puts the secret away; the list then shows how to prove the key. One that was saved can be shown again for a minute; one that
    /// was not is forgotten.
    pub fn put_away(self) {
        let Some(kept) = self.making.try_update(put_away).flatten() else { return };
        set_timeout(move || self.forget_kept(|other| other.number == kept), KEPT_FOR);
    }

    /// What `read` finds in the secrets that can be shown again, oldest first.
    pub fn read_kept<T>(self, read: impl Fn(&KeptSecret) -> T) -> Vec<T> {
        self.making.with(|making| making.kept.iter().map(read).collect())
    }

    /// Shows a secret again.
    pub fn show_again(self, number: u32) {
        self.making.update(|making| {
            let place = making.kept.iter().position(|kept| kept.number == number);
            if let (Stage::Idle, Some(place)) = (&making.stage, place) {
                let KeptSecret { new, saved, .. } = making.kept.remove(place);
                making.stage = Stage::Made(new, Progress::Saved(saved));
            }
        });
    }

    /// Forgets the secret of this number.
    pub fn forget(self, number: u32) {
        self.forget_kept(|kept| kept.number == number);
    }

    /// Forgets the secrets whose time is over: timers stand still while a computer sleeps.
    pub fn forget_ended(self) {
        let now = dates::now();
        self.forget_kept(|kept| kept.until <= now);
    }

    /// Forgets all that can be shown again.
    pub fn forget_all_kept(self) {
        self.forget_kept(|_| true);
    }

    fn forget_kept(self, is_over: impl Fn(&KeptSecret) -> bool) {
        if self.making.try_with_untracked(|making| making.kept.iter().any(&is_over)) == Some(true) {
            self.making.update(|making| making.kept.retain(|kept| !is_over(kept)));
        }
    }

    fn end(self, news: News) {
        self.making.update(|making| {
            making.stage = Stage::Idle;
            making.news = Some(news);
        });
    }
}

/// Returns the number of the secret, if it is kept.
fn put_away(making: &mut Making) -> Option<u32> {
    if !matches!(making.stage, Stage::Made(..)) {
        return None;
    }
    let Stage::Made(new, progress) = std::mem::replace(&mut making.stage, Stage::Idle) else { return None };
    making.news = Some(News::Open(new.key.id.clone()));
    let Progress::Saved(saved) = progress else { return None };
    let number = making.next;
    making.next = number.wrapping_add(1);
    let until = dates::now().plus(KEPT_FOR);
    making.kept.push(KeptSecret { number, new, saved, until });
    Some(number)
}
