//! What happens to every request before its route, and to every response after it.

mod cors;
mod cross_site;
mod fallback_response;
mod observed_route;
mod pipeline;
mod response_headers;
mod route_policy;

pub(super) use self::{
    cors::CorsPolicy,
    fallback_response::ErrorFormat,
    pipeline::Middleware,
    response_headers::ClientKind,
    route_policy::{CrossSiteRequests, RoutePolicy},
};
