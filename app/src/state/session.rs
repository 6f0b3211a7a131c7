//! Who is signed in, as far as the page knows.

use latchkey_model::{
    problem::{Problem, ProblemKind},
    session::Session,
};
use leptos::prelude::*;

use super::Load;
use crate::{api, browser::location};

/// Who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession(RwSignal<Load<Session>>);

impl Default for CurrentSession {
    fn default() -> Self {
        Self::new()
    }
}

impl CurrentSession {
    /// A session that the server was not asked for yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Load::Pending))
    }

    /// Asks the server who is signed in.
    pub fn ask(self) {
        Load::ask(self.0, api::session());
    }

    /// What is known of it.
    #[must_use]
    pub fn state(self) -> Signal<Load<Session>> {
        self.0.into()
    }

    /// What `read` finds in the session, once it is known.
    pub fn read<T>(self, read: impl FnOnce(&Session) -> T) -> Option<T> {
        self.0.with(|state| state.ready().map(read))
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
        let is_configured = self.0.with_untracked(|state| state.ready().is_some_and(|it| it.public_url.is_some()));
        if is_configured { link.to_owned() } else { location::with_this_origin(link) }
    }

    /// Whether `problem` means that nobody is signed in; if so, the browser leaves for the sign-in page.
    #[must_use]
    pub fn ends_by(session: Option<Self>, problem: &Problem) -> bool {
        let (Some(session), ProblemKind::NotSignedIn) = (session, problem.kind) else { return false };
        let was_signed_in = session.0.with_untracked(|state| state.ready().is_some());
        let next = location::query_value(&location::path_and_query());
        let note = if was_signed_in { "&ended=true" } else { "" };
        location::leave_for(&format!("/sign-in?next={next}{note}"));
        true
    }
}
