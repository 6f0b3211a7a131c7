use super::{cors::CorsPolicy, fallback_response::ErrorFormat, response_headers::ClientKind};

/// What the middleware does for the requests of a sub-router. Each sub-router declares its own, so that nothing is decided by
/// comparing paths.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct RoutePolicy {
    /// How a panic or a timeout is answered.
    pub(in crate::http) errors: ErrorFormat,
    /// Which protective headers a response has.
    pub(in crate::http) clients: ClientKind,
    /// Which pages of other origins may read a response.
    pub(in crate::http) cors: CorsPolicy,
    /// Whether pages of other sites may send requests that change something.
    pub(in crate::http) cross_site: CrossSiteRequests,
}

/// Whether pages of other sites may send requests that change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum CrossSiteRequests {
    /// No session cookie is used on these routes, so another site gains nothing by a request.
    Allowed,
    /// A session cookie is used.
    Refused,
}
