//! Who is signed in, as far as the page knows.

use latchkey_model::{
    problem::{Problem, ProblemKind},
    session::Session,
};
use leptos::prelude::*;

use super::{Load, Refresh};
use crate::{api, browser::location, navigation::Place};

/// Who is signed in, and what keeps the page from leaving by itself when nobody is any more.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    state: RwSignal<Load<Session>>,
    refresh: Refresh,
    /// How many parts of the page show something that is shown once.
    holds: RwSignal<usize>,
    has_ended: RwSignal<bool>,
    place: Place,
}

impl Default for CurrentSession {
    fn default() -> Self {
        Self::new()
    }
}

impl CurrentSession {
    /// A session that the server was not asked for yet.
    #[must_use]
    pub fn new() -> Self {
        let session = Self {
            state: RwSignal::new(Load::Pending),
            refresh: Refresh::new(),
            holds: RwSignal::new(0),
            has_ended: RwSignal::new(false),
            place: Place::here(),
        };
        session.refresh.retry_by(move || session.ask());
        session
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        let call = async move {
            // Here, because not all that ask know of the session by the context that they run in.
            let session = api::session().await.inspect_err(|problem| {
                let _ = Self::ends_by(Some(self), problem);
            })?;
            // Somebody has signed in again in another tab.
            self.has_ended.try_set(false);
            Ok(session)
        };
        Load::fetch(self.state, self.refresh, call);
    }

    /// Whether what is known of it is the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// What `read` finds in the session, once it is known.
    pub fn read<T>(self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.state.with(|state| state.ready().map(read))
    }

    /// Whether the member is known to be an administrator.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        self.read(Session::is_administrator).unwrap_or(false)
    }

    /// Whether the member is known to be none.
    #[must_use]
    pub fn is_read_only(self) -> bool {
        self.read(|session| !session.is_administrator()).unwrap_or(false)
    }

    /// Where machines reach Latchkey: the address that the operator gave it, or else that of this page.
    #[must_use]
    pub fn base_url(self) -> String {
        self.read(|session| session.public_url.clone()).flatten().unwrap_or_else(location::origin)
    }

    /// The issuer of access tokens, whom client assertions are for.
    #[must_use]
    pub fn issuer(self) -> String {
        self.read(|session| session.issuer.clone()).unwrap_or_default()
    }

    /// A one-time link as it is to be passed on: without a configured address the server cannot know its own.
    #[must_use]
    pub fn link_to_pass_on(self, link: &str) -> String {
        let is_configured = self.state.with_untracked(|state| state.ready().is_some_and(|it| it.public_url.is_some()));
        if is_configured { link.to_owned() } else { location::with_this_origin(link) }
    }

    /// Whether the session has ended while the page could not leave for the sign-in page.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.has_ended.get()
    }

    /// The address of the sign-in page, from which a member comes back to this one.
    #[must_use]
    pub fn sign_in_url(self) -> String {
        let next = location::query_value(&location::path_and_query());
        let was_signed_in = self.state.with_untracked(|state| state.ready().is_some());
        let note = if was_signed_in { "&ended=true" } else { "" };
        format!("/sign-in?next={next}{note}")
    }

    /// Keeps the page from leaving by itself for as long as `is_shown`: it shows something that is lost with it. If the session
    /// has ended by the time that nothing of the kind is shown any more, the page leaves then.
    pub fn hold_while(self, is_shown: Signal<bool>) {
        let held = StoredValue::new(false);
        Effect::new(move |_| self.set_hold(held, is_shown.get()));
        on_cleanup(move || self.set_hold(held, false));
    }

    fn set_hold(self, held: StoredValue<bool>, holds: bool) {
        if held.try_get_value() != Some(!holds) {
            return;
        }
        held.set_value(holds);
        let count = self.holds.try_get_untracked().unwrap_or_default();
        let count = if holds { count + 1 } else { count.saturating_sub(1) };
        self.holds.try_set(count);
        if count == 0 && self.has_ended.try_get_untracked() == Some(true) {
            self.ask();
        }
    }

    /// Whether `problem` means that nobody is signed in, and the browser therefore leaves for the sign-in page. It stays where
    /// something would be lost with the page, which then says that the session has ended.
    #[must_use]
    pub fn ends_by(session: Option<Self>, problem: &Problem) -> bool {
        let (Some(session), ProblemKind::NotSignedIn) = (session, problem.kind) else { return false };
        let is_held = session.holds.try_get_untracked().is_some_and(|holds| holds > 0);
        if is_held {
            session.has_ended.set(true);
        } else {
            location::leave_for(&session.sign_in_url());
        }
        !is_held
    }

    /// Leaves for the page at `path`, as a person has asked to. The page stays where a secret that was not saved would be lost.
    /// Returns whether it leaves.
    #[must_use]
    pub fn leave_for(session: Option<Self>, path: &str) -> bool {
        match session {
            Some(session) if session.place.is_guarded() => {
                session.has_ended.set(true);
                false
            }
            _ => {
                location::leave_for(path);
                true
            }
        }
    }
}
