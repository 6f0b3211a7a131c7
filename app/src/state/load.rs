//! Data that is requested from the server when a page opens.

use std::future::Future;

use latchkey_model::problem::Problem;
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, Refresh};

/// The state of a request. The server renders `Pending`; the browser makes the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load<T> {
    /// Not answered yet.
    Pending,
    /// Answered.
    Ready(T),
    /// Refused, or the server was not reached.
    Failed(Problem),
}

impl<T: Send + Sync + 'static> Load<T> {
    /// Returns the answer, if it has come.
    #[must_use]
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(answer) => Some(answer),
            Self::Pending | Self::Failed(_) => None,
        }
    }

    /// Returns the answer for changes, if it has come.
    pub fn ready_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(answer) => Some(answer),
            Self::Pending | Self::Failed(_) => None,
        }
    }

    /// Runs `call` and puts its answer `into` a signal. An earlier answer stays until the next one comes; `refresh` reports a
    /// failure.
    pub fn fetch(into: RwSignal<Self>, refresh: Refresh, call: impl Future<Output = Result<T, Problem>> + 'static) {
        Self::fetch_while(|| true, into, refresh, call);
    }

    /// Does the same, but drops an answer that is not `wanted` any more when it comes.
    pub fn fetch_while(
        wanted: impl Fn() -> bool + 'static,
        into: RwSignal<Self>,
        refresh: Refresh,
        call: impl Future<Output = Result<T, Problem>> + 'static,
    ) {
        // A temporary failure stays visible while the request is repeated.
        if into.with_untracked(|state| matches!(state, Self::Failed(_))) && !refresh.is_waiting() {
            into.set(Self::Pending);
        }
        let session = use_context::<CurrentSession>();
        spawn_local(async move {
            match call.await {
                Err(problem) if CurrentSession::leave_if_ended(session, &problem) => {}
                _ if !wanted() => {}
                Ok(answer) => {
                    refresh.answered();
                    into.try_set(Self::Ready(answer));
                }
                Err(problem) => {
                    refresh.failed(&problem);
                    // Setting the same failure again would rebuild the view and lose the focus.
                    let is_new = |state: &Self| match state {
                        Self::Pending => true,
                        Self::Ready(_) => false,
                        Self::Failed(known) => *known != problem,
                    };
                    if into.try_with_untracked(is_new) == Some(true) {
                        into.set(Self::Failed(problem));
                    }
                }
            }
        });
    }
}
