//! The description of every call, as `OpenAPI` 3.1: shapes from the model's types, and a line for each call.

mod document;
mod html_page;
mod oauth;
mod operation;
mod schemas;
mod server_functions;
mod verification;

pub(crate) use self::{document::description, html_page::page};
