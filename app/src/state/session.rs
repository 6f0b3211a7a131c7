//! The session, as far as the page knows it.

use latchkey_model::{
    problem::{Problem, ProblemKind},
    session::{NoArguments, Session},
};
use leptos::prelude::*;

use super::{Load, Refresh};
use crate::{api, browser::location, navigation::Location};

/// The session, and whether the page may leave automatically once the session has ended.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession {
    state: RwSignal<Load<Session>>,
    refresh: Refresh,
    /// How many parts of the page show something that cannot be shown again.
    holds: RwSignal<usize>,
    has_ended: RwSignal<bool>,
    location: Location,
}

impl Default for CurrentSession {
    fn default() -> Self {
        Self::new()
    }
}

impl CurrentSession {
    /// Returns a session that was not requested yet.
    #[must_use]
    pub fn new() -> Self {
        let session = Self {
            state: RwSignal::new(Load::Pending),
            refresh: Refresh::new(),
            holds: RwSignal::new(0),
            has_ended: RwSignal::new(false),
            location: Location::current(),
        };
        session.refresh.retry_with(move || session.fetch());
        session
    }

    /// Requests the session from the server.
    pub fn fetch(self) {
        let call = async move {
            // Done here, because some callers run without the session in their context.
            let session = api::session(NoArguments {}).await.inspect_err(|problem| {
                let _ = Self::leave_if_ended(Some(self), problem);
            })?;
            // The member has signed in again in another tab.
            self.has_ended.try_set(false);
            Ok(session)
        };
        Load::fetch(self.state, self.refresh, call);
    }

    /// Returns whether the session that is known is the latest.
    #[must_use]
    pub fn refresh(self) -> Refresh {
        self.refresh
    }

    /// Returns what `read` reads from the session, once it is known.
    pub fn read<T>(self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.state.with(|state| state.ready().map(read))
    }

    /// Whether the member is known to be an administrator.
    #[must_use]
    pub fn is_administrator(self) -> bool {
        self.read(Session::is_administrator).unwrap_or(false)
    }

    /// Whether the member is known not to be an administrator.
    #[must_use]
    pub fn is_read_only(self) -> bool {
        self.read(|session| !session.is_administrator()).unwrap_or(false)
    }

    /// Returns the URL at which programs reach Latchkey: its public URL if one is configured, otherwise the origin of this page.
    #[must_use]
    pub fn base_url(self) -> String {
        self.read(|session| session.public_url.clone()).flatten().unwrap_or_else(location::origin)
    }

    /// Returns the issuer of access tokens, which is the audience of client assertions.
    #[must_use]
    pub fn issuer(self) -> String {
        self.read(|session| session.issuer.clone()).unwrap_or_default()
    }

    /// Returns a one-time link that can be sent to its recipient. Without a configured public URL the server does not know its own
    /// address, so the link gets the origin of this page.
    #[must_use]
    pub fn shareable_link(self, link: &str) -> String {
        let is_configured = self.state.with_untracked(|state| state.ready().is_some_and(|it| it.public_url.is_some()));
        if is_configured { link.to_owned() } else { location::with_this_origin(link) }
    }

    /// Whether the session has ended while the page could not leave for the sign-in page.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.has_ended.get()
    }

    /// Returns the URL of the sign-in page, which leads back to this page.
    #[must_use]
    pub fn sign_in_url(self) -> String {
        let next = location::query_value(&location::path_and_query());
        let was_signed_in = self.state.with_untracked(|state| state.ready().is_some());
        let note = if was_signed_in { "&ended=true" } else { "" };
        format!("/sign-in?next={next}{note}")
    }

    /// Keeps the page from leaving automatically while `is_shown`: it shows something that would be lost. If the session has ended
    /// by the time that no such thing is shown any more, the page leaves then.
    pub fn keep_page_while(self, is_shown: Signal<bool>) {
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
            self.fetch();
        }
    }

    /// Leaves for the sign-in page if `problem` says that the session has ended, and returns whether it leaves. The page stays if
    /// something would be lost with it, and then says that the session has ended.
    #[must_use]
    pub fn leave_if_ended(session: Option<Self>, problem: &Problem) -> bool {
        let (Some(session), ProblemKind::NotSignedIn) = (session, problem.kind) else { return false };
        let is_held = session.holds.try_get_untracked().is_some_and(|holds| holds > 0);
        if is_held {
            session.has_ended.set(true);
        } else {
            location::leave_for(&session.sign_in_url());
        }
        !is_held
    }

    /// Leaves for the page at `path` because a person has asked to, and returns whether it leaves. The page stays if a secret that
    /// is not saved would be lost.
    #[must_use]
    pub fn leave_for(session: Option<Self>, path: &str) -> bool {
        match session {
            Some(session) if session.location.is_guarded() => {
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
