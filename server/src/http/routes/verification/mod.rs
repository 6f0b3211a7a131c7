//! The routes that judge a presented credential: `/api/v1/ping` and `/verify`.

mod authentication;
pub(in crate::http) mod ping;
pub(in crate::http) mod verify;
mod verify_query;
