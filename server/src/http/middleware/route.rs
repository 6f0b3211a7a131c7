use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use dashmap::DashMap;
use tracing::{Span, info_span};

use crate::observability::metrics::{Metrics, RouteCounters};

/// What all requests of a route share, made once for each.
pub(super) struct Route {
    /// The route's pattern, and not the path: people paste secrets into all sorts of places.
    pub(super) pattern: Box<str>,
    pub(super) counters: RouteCounters,
}

/// The routes that requests have come to.
pub(super) struct Routes {
    metrics: Metrics,
    known: DashMap<Box<str>, (Arc<Route>, Span)>,
}

impl Routes {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), known: DashMap::new() }
    }

    /// The route of a request, and the span that tells each line of the log which one it belongs to.
    pub(super) fn of(&self, request: &Request) -> (Arc<Route>, Span) {
        let pattern = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        if let Some(route) = self.known.get(pattern) {
            return route.clone();
        }
        let new = || {
            let route = Route { pattern: pattern.into(), counters: self.metrics.of_route(pattern) };
            (Arc::new(route), info_span!("request", route = pattern))
        };
        self.known.entry(pattern.into()).or_insert_with(new).clone()
    }
}
