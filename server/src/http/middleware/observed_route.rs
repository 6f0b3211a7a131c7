use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use dashmap::DashMap;
use tracing::{Span, info_span};

use crate::observability::metrics::{Metrics, RouteCounters};

/// What all requests of a route share. It is created once for each route.
pub(super) struct ObservedRoute {
    /// The route's pattern, and not the path: people paste secrets into all sorts of places.
    pub(super) pattern: Box<str>,
    pub(super) counters: RouteCounters,
}

/// The routes that have had requests.
pub(super) struct ObservedRoutes {
    metrics: Metrics,
    routes: DashMap<Box<str>, (Arc<ObservedRoute>, Span)>,
}

impl ObservedRoutes {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), routes: DashMap::new() }
    }

    /// Returns the route of a request, and the span that marks the log's lines of this request.
    pub(super) fn get(&self, request: &Request) -> (Arc<ObservedRoute>, Span) {
        let pattern = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str);
        if let Some(route) = self.routes.get(pattern) {
            return route.clone();
        }
        let new = || {
            let route = ObservedRoute { pattern: pattern.into(), counters: self.metrics.route_counters(pattern) };
            (Arc::new(route), info_span!("request", route = pattern))
        };
        self.routes.entry(pattern.into()).or_insert_with(new).clone()
    }
}
