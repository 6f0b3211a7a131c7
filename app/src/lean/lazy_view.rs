//! A view whose code is fetched when the view is to be seen.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use super::{
    chunk::{ChunkLoadError, ViewBuilder},
    client_only::ClientOnly,
    dynamic::dynamic,
};
use crate::{
    components::{button::Button, dialog::Dialog, error_state::ErrorState},
    state::{Connection, CurrentSession, Load},
};

/// The view that `code` builds `of` something, with `meanwhile` in its place until the code is there. The server
/// renders `meanwhile`.
pub fn lazy_view<T, F>(
    code: impl Fn() -> F + Copy + Send + Sync + 'static,
    of: T,
    meanwhile: impl Fn() -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Send + 'static,
    F: Future<Output = Result<ViewBuilder<T>, ChunkLoadError>> + 'static,
{
    let (build, fetch) = fetch(code);
    dynamic(move || match build.get() {
        Load::Pending => meanwhile(),
        Load::Ready(build) => build(of.clone()).client_only(),
        Load::Failed(problem) => view! {
            <ErrorState title=NOT_LOADED problem=problem on_retry=fetch />
        }
        .client_only(),
    })
}

/// The same for a view that consists of dialogs: that its code could not be fetched is said in a dialog too, of this title.
pub fn lazy_dialog<F>(
    code: impl Fn() -> F + Copy + Send + Sync + 'static,
    title: impl Fn() -> String + Send + 'static,
    on_dismiss: Callback<()>,
) -> AnyView
where
    F: Future<Output = Result<ViewBuilder<()>, ChunkLoadError>> + 'static,
{
    let (build, fetch) = fetch(code);
    dynamic(move || match build.get() {
        Load::Pending => ().into_any(),
        Load::Ready(build) => build(()).client_only(),
        Load::Failed(problem) => view! {
            <Dialog title_id="not-loaded-title" title=title() on_dismiss=on_dismiss>
                <div class="dialog-problem" role="alert">
                    <p class="note note-bad">{NOT_LOADED}". "{problem.detail}</p>
                </div>
                <div class="dialog-actions">
                    <Button text="Close" on_press=move || on_dismiss.run(()) />
                    <Button text="Try again" autofocus=true on_press=fetch />
                </div>
            </Dialog>
        }
        .client_only(),
    })
}

const NOT_LOADED: &str = "This part of the page could not be loaded";

/// Fetches code, also each time that Latchkey is tried again, until it is there.
fn fetch<T, F>(code: impl Fn() -> F + Copy + Send + Sync + 'static) -> (RwSignal<Load<ViewBuilder<T>>>, Callback<()>)
where
    T: 'static,
    F: Future<Output = Result<ViewBuilder<T>, ChunkLoadError>> + 'static,
{
    let build = RwSignal::new(Load::Pending);
    let session = use_context::<CurrentSession>();
    let fetch = Callback::new(move |()| {
        let code = code();
        spawn_local(async move {
            match code.await {
                Ok(code) => {
                    build.try_set(Load::Ready(code));
                }
                Err(error) => {
                    // Said once: the same once more would take the keyboard from what it is on.
                    if build.try_with_untracked(|build| matches!(build, Load::Pending)) == Some(true) {
                        build.set(Load::Failed(error.into()));
                    }
                    // Is it the code alone that cannot be reached?
                    if let Some(session) = session {
                        session.ask();
                    }
                }
            }
        });
    });
    let connection = use_context::<Connection>();
    Effect::new(move |_| {
        if let Some(connection) = connection {
            connection.track_attempts();
        }
        if !build.with_untracked(|build| matches!(build, Load::Ready(_))) {
            fetch.run(());
        }
    });
    (build, fetch)
}
