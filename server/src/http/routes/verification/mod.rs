//! The routes that verify a presented credential: `/api/v1/ping` and `/verify`.

mod authentication;
mod ping;
mod routes;
mod verify;
mod verify_query;

pub(in crate::http) use self::routes::routes;
