//! Shows a view whose code is fetched when the view appears.

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

/// Shows the view that `chunk` builds from `argument`, and `placeholder` until the code has arrived. The server renders
/// `placeholder`. If the code cannot be fetched, an error with a button that tries again takes its place.
pub fn lazy_view<T, F>(
    chunk: impl Fn() -> F + Copy + Send + Sync + 'static,
    argument: T,
    placeholder: impl Fn() -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + Send + 'static,
    F: Future<Output = Result<ViewBuilder<T>, ChunkLoadError>> + 'static,
{
    let (build, fetch) = fetch(chunk);
    dynamic(move || match build.get() {
        Load::Pending => placeholder(),
        Load::Ready(build) => build(argument.clone()).client_only(),
        Load::Failed(problem) => view! {
            <ErrorState title=NOT_LOADED problem=problem on_retry=fetch />
        }
        .client_only(),
    })
}

/// Shows a view that consists of dialogs. If its code cannot be fetched, a dialog with the title `title` says so.
pub fn lazy_dialog<F>(
    chunk: impl Fn() -> F + Copy + Send + Sync + 'static,
    title: impl Fn() -> String + Send + 'static,
    on_dismiss: Callback<()>,
) -> AnyView
where
    F: Future<Output = Result<ViewBuilder<()>, ChunkLoadError>> + 'static,
{
    let (build, fetch) = fetch(chunk);
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

const NOT_LOADED: &str = "Couldn't load this section";

/// Fetches the code now, and again each time that the console tries to reach Latchkey, until the code has arrived.
fn fetch<T, F>(chunk: impl Fn() -> F + Copy + Send + Sync + 'static) -> (RwSignal<Load<ViewBuilder<T>>>, Callback<()>)
where
    T: 'static,
    F: Future<Output = Result<ViewBuilder<T>, ChunkLoadError>> + 'static,
{
    let build = RwSignal::new(Load::Pending);
    let session = use_context::<CurrentSession>();
    let fetch = Callback::new(move |()| {
        let chunk = chunk();
        spawn_local(async move {
            match chunk.await {
                Ok(builder) => {
                    build.try_set(Load::Ready(builder));
                }
                Err(error) => {
                    // Reported once: replacing the error by the same error would take the focus from its button.
                    if build.try_with_untracked(|build| matches!(build, Load::Pending)) == Some(true) {
                        build.set(Load::Failed(error.into()));
                    }
                    // Finds out whether Latchkey as a whole cannot be reached.
                    if let Some(session) = session {
                        session.fetch();
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
