//! The routes below `/.well-known/`.

mod routes;
mod security_txt;
mod well_known;

pub(in crate::http) use self::routes::routes;
