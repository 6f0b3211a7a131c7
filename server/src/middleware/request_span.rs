use axum::extract::{MatchedPath, Request};
use dashmap::DashMap;
use tracing::{Span, info_span};

/// Tells each line of the log which route it belongs to: the route's pattern, and not the path, for people paste
/// secrets into all sorts of places. All requests of a route share its span, which is made once.
#[derive(Default)]
pub(super) struct RouteSpans(DashMap<Box<str>, Span>);

impl RouteSpans {
    /// The span of a request's route.
    pub(super) fn of(&self, request: &Request) -> Span {
        let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        if let Some(span) = self.0.get(route) {
            return span.clone();
        }
        self.0.entry(route.into()).or_insert_with(|| info_span!("request", route)).clone()
    }
}
