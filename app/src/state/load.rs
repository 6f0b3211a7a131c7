//! Something that the server is asked for when a page opens.

use std::future::Future;

use latchkey_model::problem::Problem;
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, Refresh};

/// How far the asking has come. The server renders `Pending`; the browser asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    /// Asked, not answered.
    Pending,
    /// Answered.
    Ready(T),
    /// Refused, or never reached.
    Failed(Problem),
}

impl<T: Send + Sync + 'static> Load<T> {
    /// What was answered, if it was.
    #[must_use]
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(answer) => Some(answer),
            Self::Pending | Self::Failed(_) => None,
        }
    }

    /// What was answered, to be changed.
    pub fn ready_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(answer) => Some(answer),
            Self::Pending | Self::Failed(_) => None,
        }
    }

    /// Asks by `call`, and puts the answer `into` a signal. An answer that is there stays until the next one comes; `refresh` says
    /// if that has failed.
    pub fn ask(into: RwSignal<Self>, refresh: Refresh, call: impl Future<Output = Result<T, Problem>> + 'static) {
        Self::ask_while(|| true, into, refresh, call);
    }

    /// The same, where an answer counts only if it is still `wanted` when it comes.
    pub fn ask_while(
        wanted: impl Fn() -> bool + 'static,
        into: RwSignal<Self>,
        refresh: Refresh,
        call: impl Future<Output = Result<T, Problem>> + 'static,
    ) {
        // A failure that passes by itself stays in sight: it is asked again and again.
        if into.with_untracked(|state| matches!(state, Self::Failed(_))) && !refresh.is_waiting() {
            into.set(Self::Pending);
        }
        let session = use_context::<CurrentSession>();
        spawn_local(async move {
            match call.await {
                Err(problem) if CurrentSession::ends_by(session, &problem) => {}
                _ if !wanted() => {}
                Ok(answer) => {
                    refresh.answered();
                    into.try_set(Self::Ready(answer));
                }
                Err(problem) => {
                    refresh.failed(&problem);
                    // The same failure once more changes nothing in sight, nor where the keyboard is.
                    let is_news = |state: &Self| match state {
                        Self::Pending => true,
                        Self::Ready(_) => false,
                        Self::Failed(known) => *known != problem,
                    };
                    if into.try_with_untracked(is_news) == Some(true) {
                        into.set(Self::Failed(problem));
                    }
                }
            }
        });
    }
}
