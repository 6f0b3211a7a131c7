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
    cors::Sharing,
    cross_site,
    fallback_response::{self, ErrorFormat},
    observed_route::ObservedRoutes,
    response_headers::{self, Reader},
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

/// What every request passes, in one step: each layer of its own would cost a call that is only a ping a good part of
/// its time.
struct Passage {
    server: ServerState,
    is_https: bool,
    routes: ObservedRoutes,
}

/// Puts the middleware around the routes.
pub(crate) fn around(routes: Router<ServerState>, state: &ServerState) -> Router<ServerState> {
    let is_https = state.engine.issuer().starts_with("https://");
    let passage = Passage { server: state.clone(), is_https, routes: ObservedRoutes::new(&state.metrics) };
    routes.layer(from_fn_with_state(Arc::new(passage), pass))
}

async fn pass(
    State(passage): State<Arc<Passage>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let (route, span) = passage.routes.get(&request);
    let trace = traces::request_span(&request, &route.pattern);
    // Pinned here: a future that each span takes over would be copied for each.
    let answering = pin!(async {
        let style = ErrorFormat::of(request.uri().path());
        let reader = Reader::of(request.uri().path(), style);
        let sharing = Sharing::of(&request, &passage.server.cors_origins);
        let mut response = answer(&passage.server, peer, style, &sharing, request, next).await;
        sharing.set(response.headers_mut());
        response_headers::set(response.headers_mut(), reader, passage.is_https);
        response
    });
    let response = answering.instrument(trace.clone()).instrument(span).await;
    traces::record_status(&trace, response.status());
    route.counters.count(RequestOutcome::from_status(response.status()));
    response
}

/// Refuses what comes from another site, grants preflights, tells the routes where the rest comes from, and answers a
/// defect.
async fn answer(
    server: &ServerState,
    peer: SocketAddr,
    style: ErrorFormat,
    sharing: &Sharing,
    mut request: Request,
    next: Next,
) -> Response {
    server.untrusted_proxy.observe(peer.ip(), request.headers(), &server.trusted_proxies);
    let address = client_address(peer.ip(), request.headers(), &server.trusted_proxies);
    if let Err(kind) = cross_site::check(&request, server.public_origin.as_deref()) {
        if kind == ProblemKind::CrossSite {
            refusal_log::log_cross_site(&server.engine, address);
        }
        return ProblemResponse::from(kind).into_response();
    }
    if let Some(granted) = sharing.preflight(&request) {
        return granted;
    }
    request.extensions_mut().insert(ClientAddress(address));
    let trouble = || server.engine.database_trouble();
    fallback_response::respond_or_fall_back(style, server.request_timeout, trouble, pin!(next.run(request))).await
}
