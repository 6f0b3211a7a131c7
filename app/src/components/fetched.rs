//! A view whose code is fetched when the view is to be seen.

use std::future::Future;

use leptos::prelude::*;

use super::{error_state::ErrorState, late::Late, live::live};
use crate::{
    browser::location,
    chunks::{Build, NotFetched},
    state::Load,
};

/// The view that `code` builds `of` something, with `meanwhile` in its place until the code is there. The server
/// renders `meanwhile`.
pub fn fetched<T, F>(code: impl Fn() -> F + 'static, of: T, meanwhile: impl Fn() -> AnyView + Send + 'static) -> AnyView
where
    T: Clone + Send + 'static,
    F: Future<Output = Result<Build<T>, NotFetched>> + 'static,
{
    let build = RwSignal::new(Load::<Build<T>>::Pending);
    Effect::new(move |_| {
        let code = code();
        Load::ask(build, async { Ok(code.await?) });
    });
    live(move || match build.get() {
        Load::Pending => meanwhile(),
        Load::Ready(build) => build(of.clone()).late(),
        Load::Failed(problem) => view! {
            <ErrorState title="This part of the page could not be loaded" problem=problem on_retry=location::reload />
        }
        .late(),
    })
}
