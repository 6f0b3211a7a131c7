//! What keeps the WebAssembly small.

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
