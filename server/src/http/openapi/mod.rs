//! The description of every call, as `OpenAPI` 3.1. Schemas are derived from the model's types; each call adds its own
//! description.

mod document;
mod html_page;
mod oauth;
mod operation;
mod schemas;
mod server_functions;
mod verification;

pub(crate) use self::{document::description, html_page::page};
