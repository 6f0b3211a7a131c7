//! A part of a view that follows signals.

use leptos::prelude::*;

/// Shows what `view` returns, and calls it again whenever a signal in it changes.
///
/// A plain closure does the same, but Leptos compiles some three kilobytes of WebAssembly for each of them; boxed, all
/// of them share one type.
pub fn dynamic(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    view.into_any()
}
