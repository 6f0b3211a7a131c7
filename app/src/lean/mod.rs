//! What keeps the console's WebAssembly small. Except for these few names, components are ordinary Leptos.
//!
//! The page of access keys must be usable after 160 kB of WebAssembly and JavaScript in brotli (`end2end/tests/fetched-apart.spec.ts`).
//! `docs/console-size.md` has the measurements; each figure below is what one measure saved of it, in brotli.
//!
//! | name | saves | use it |
//! |---|---|---|
//! | [`ClientOnly::client_only`], [`ClientShow`] | the code that changes a view in place | for a view that the server never renders: it appears after a reply or a click |
//! | [`dynamic`] | 8 kB (262 kB to 254 kB, ADR 6), three kilobytes of WebAssembly for each closure | for a part of a view that follows signals and is in the first file |
//! | [`lazy_view`], [`lazy_dialog`] with a function of [`chunks`] | 62 kB (329 kB to 267 kB, ADR 6) | for a view that few visits see |
//! | [`json`] | 17.6 kB against `serde_json`; `serde-wasm-bindgen` is 19.9 kB larger where nothing but replies is read | never by hand: every server function goes through it |
//!
//! **A view for the browser only.** End the component with `.client_only()` in place of `.into_any()`. The view is built and, if it
//! must change as a whole, built again; Leptos' code that compares the old view with the new one is not compiled. Signals inside it
//! work as everywhere. `<ClientShow when=…>` is Leptos' `<Show>` for such a view. A component whose children are for the browser only
//! takes them as [`ClientChildren`] or [`ClientChildrenFn`].
//!
//! **A part that follows signals.** `{dynamic(move || view! { … }.into_any())}` is `{move || …}` with the type of the closure erased.
//! In a view that is fetched apart a plain closure is good enough.
//!
//! **A view that is fetched apart.** Add a function to [`chunks`] and show it by `{lazy_view(chunks::name, argument, skeleton)}`. The
//! name in its attribute says which file of WebAssembly the code goes into; code that several files need is put into one more file by
//! cargo-leptos. The first view of a page belongs to none of them.
//!
//! This folder is the only one that implements traits of Leptos' renderer or names WebAssembly files.

pub mod chunk;
pub mod chunks;
pub mod client_only;
pub mod dynamic;
pub mod json;
pub mod lazy_view;

pub use self::{
    client_only::{ClientChildren, ClientChildrenFn, ClientOnly, ClientShow},
    dynamic::dynamic,
    lazy_view::{lazy_dialog, lazy_view},
};
