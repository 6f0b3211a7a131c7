//! What happens to every request before its route, and to every answer after.

mod cors;
mod cross_site;
mod fallback_response;
mod observed_route;
mod pipeline;
mod response_headers;

pub(crate) use self::pipeline::around;
