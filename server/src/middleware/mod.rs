//! What happens to every request before its route, and to every answer after.

mod answer_headers;
mod client_address;
mod cors;
mod cross_site;
mod last_resort;
mod route;

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    response::{IntoResponse, Response},
};
pub(crate) use client_address::ClientAddress;
use futures_util::future::BoxFuture;
use latchkey_model::problem::ProblemKind;
use tower::{Service, layer::layer_fn};
use tracing::Instrument;

use self::{
    answer_headers::Reader, client_address::client_address, cors::Sharing, last_resort::ErrorStyle, route::Routes,
};
use crate::{metrics::Outcome, problem_answer::ProblemAnswer, refused_calls, state::ServerState, traces};

/// What every request passes, in one step: each layer of its own would cost a call that is only a ping a good part of
/// its time.
struct Passage {
    server: ServerState,
    is_https: bool,
    routes: Routes,
}

/// Puts the middleware around the routes.
pub(crate) fn around(routes: Router<ServerState>, state: &ServerState) -> Router<ServerState> {
    let is_https = state.engine.issuer().starts_with("https://");
    let passage = Arc::new(Passage { server: state.clone(), is_https, routes: Routes::new(&state.metrics) });
    routes.layer(layer_fn(move |route| Passing { passage: Arc::clone(&passage), route }))
}

/// A route behind the passage. A `from_fn` would do the same, and cost a copy of the route and some of the request more.
#[derive(Clone)]
struct Passing<R> {
    passage: Arc<Passage>,
    route: R,
}

impl<R> Service<Request> for Passing<R>
where
    R: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.route.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { passage, route } = self.clone();
        Box::pin(async move { Ok(pass(&passage, route, request).await) })
    }
}

async fn pass<R>(passage: &Passage, route: R, request: Request) -> Response
where
    R: Service<Request, Response = Response, Error = Infallible>,
{
    let (matched, span) = passage.routes.of(&request);
    let trace = traces::request_span(&request, &matched.pattern);
    // Pinned here: a future that each span takes over would be copied for each.
    let answering = pin!(async {
        let style = ErrorStyle::of(request.uri().path());
        let reader = Reader::of(request.uri().path(), style);
        let sharing = Sharing::of(&request, &passage.server.cors_origins);
        let mut response = answer(&passage.server, style, &sharing, route, request).await;
        sharing.set(response.headers_mut());
        answer_headers::set(response.headers_mut(), reader, passage.is_https);
        response
    });
    let response = answering.instrument(trace.clone()).instrument(span).await;
    traces::record_status(&trace, response.status());
    matched.counters.count(Outcome::of(response.status()));
    response
}

/// Refuses what comes from another site, grants preflights, tells the routes where the rest comes from, and answers a
/// defect.
async fn answer<R>(
    server: &ServerState,
    style: ErrorStyle,
    sharing: &Sharing,
    mut route: R,
    mut request: Request,
) -> Response
where
    R: Service<Request, Response = Response, Error = Infallible>,
{
    let Some(peer) = request.extensions().get().map(|ConnectInfo(peer): &ConnectInfo<SocketAddr>| peer.ip()) else {
        return last_resort::of_a_defect(style);
    };
    server.untrusted_proxy.look_for(peer, request.headers(), &server.trusted_proxies);
    let address = client_address(peer, request.headers(), &server.trusted_proxies);
    if let Err(kind) = cross_site::check(&request, server.public_origin.as_deref()) {
        if kind == ProblemKind::CrossSite {
            refused_calls::log_cross_site(&server.engine, address);
        }
        return ProblemAnswer::from(kind).into_response();
    }
    if let Some(granted) = sharing.preflight(&request) {
        return granted;
    }
    request.extensions_mut().insert(ClientAddress(address));
    let trouble = || server.engine.database_trouble();
    let answer = pin!(async {
        let Ok(response) = route.call(request).await;
        response
    });
    last_resort::or_last_resort(style, server.request_timeout, trouble, answer).await
}
