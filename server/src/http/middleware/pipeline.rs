use std::{net::SocketAddr, pin::pin, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use latchkey_model::problem::ProblemKind;
use tracing::Instrument;

use super::{
    cors::CorsDecision,
    cross_site, fallback_response,
    observed_route::ObservedRoutes,
    response_headers,
    route_policy::{CrossSiteRequests, RoutePolicy},
};
use crate::{
    http::{
        client_address::{ClientAddress, client_address},
        problem_response::ProblemResponse,
        refusal_log,
        state::ServerState,
    },
    observability::{metrics::RequestOutcome, traces},
};

/// The middleware of a server. It is one step for each request: a layer for each of its tasks would add a good part to the time
/// of a request that is only a ping.
#[derive(Clone)]
pub(in crate::http) struct Middleware(Arc<Shared>);

/// What the middleware of all sub-routers shares.
struct Shared {
    server: ServerState,
    is_https: bool,
    routes: ObservedRoutes,
}

/// The middleware of one sub-router.
#[derive(Clone)]
struct SubRouter {
    shared: Arc<Shared>,
    policy: RoutePolicy,
}

impl Middleware {
    pub(in crate::http) fn new(state: &ServerState) -> Self {
        let is_https = state.engine.issuer().starts_with("https://");
        Self(Arc::new(Shared { server: state.clone(), is_https, routes: ObservedRoutes::new(&state.metrics) }))
    }

    /// Wraps each route of a sub-router.
    pub(in crate::http) fn wrap(&self, policy: RoutePolicy, routes: Router<ServerState>) -> Router<ServerState> {
        routes.layer(from_fn_with_state(SubRouter { shared: Arc::clone(&self.0), policy }, handle))
    }
}

async fn handle(
    State(SubRouter { shared, policy }): State<SubRouter>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let (route, span) = shared.routes.get(&request);
    let trace = traces::request_span(&request, &route.pattern);
    // Pinned here, because each of the two spans would otherwise move the future, and copy it.
    let answering = pin!(async {
        let cors = policy.cors.decide(&request, &shared.server.cors_origins);
        let mut response = answer(&shared.server, peer, policy, &cors, request, next).await;
        cors.set(response.headers_mut());
        response_headers::set(response.headers_mut(), policy.clients, shared.is_https);
        response
    });
    let response = answering.instrument(trace.clone()).instrument(span).await;
    traces::record_status(&trace, response.status());
    route.counters.count(RequestOutcome::from_status(response.status()));
    response
}

/// Refuses requests of other sites, grants preflights, adds the client's address for the routes, and answers a panic or a timeout.
async fn answer(
    server: &ServerState,
    peer: SocketAddr,
    policy: RoutePolicy,
    cors: &CorsDecision,
    mut request: Request,
    next: Next,
) -> Response {
    server.untrusted_proxy.observe(peer.ip(), request.headers(), &server.trusted_proxies);
    let address = client_address(peer.ip(), request.headers(), &server.trusted_proxies);
    if policy.cross_site == CrossSiteRequests::Refused
        && let Err(kind) = cross_site::check(&request, server.public_origin.as_deref())
    {
        if kind == ProblemKind::CrossSite {
            refusal_log::log_cross_site(&server.engine.refusal_log, address);
        }
        return ProblemResponse::from(kind).into_response();
    }
    if let Some(granted) = cors.preflight(&request) {
        return granted;
    }
    request.extensions_mut().insert(ClientAddress(address));
    let trouble = || server.engine.database_failure();
    fallback_response::respond_or_fall_back(policy.errors, server.request_timeout, trouble, pin!(next.run(request)))
        .await
}
