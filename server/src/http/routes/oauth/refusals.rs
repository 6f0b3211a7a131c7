use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::MethodRouter,
};
use latchkey_engine::refusal_log::{Refusal, RefusalReason, RefusedCall, RefusedKey};
use latchkey_model::id::AccessKeyId;

use super::methods::wrong_method;
use crate::http::{client_address::ClientAddress, state::ServerState};

/// What a request to an OAuth endpoint claims about its client.
#[derive(Debug, Clone, Default)]
pub(super) struct ClaimedClient(Arc<Claim>);

#[derive(Debug, Default)]
struct Claim {
    id: OnceLock<AccessKeyId>,
    has_assertion: AtomicBool,
}

impl ClaimedClient {
    /// Sets the ID that the client claims. A text that is not an ID is ignored, because it may be a misplaced secret.
    pub(super) fn set_id(&self, id: &str) {
        if let Ok(id) = id.parse() {
            let _ = self.0.id.set(id);
        }
    }

    /// Records that the request has an assertion. If the engine refuses one, it logs more than is known here.
    pub(super) fn set_has_assertion(&self) {
        self.0.has_assertion.store(true, Ordering::Relaxed);
    }
}

/// An endpoint, with the call as which its refusals are logged.
#[derive(Clone)]
struct Endpoint {
    state: ServerState,
    call: RefusedCall,
}

/// Turns handlers into an endpoint that delays refusals during a flood and logs each of them as `call`. Other methods
/// are answered with 405.
pub(super) fn endpoint(
    state: &ServerState,
    call: RefusedCall,
    handlers: MethodRouter<ServerState>,
) -> MethodRouter<ServerState> {
    let endpoint = Endpoint { state: state.clone(), call };
    handlers.fallback(wrong_method).layer(from_fn_with_state(endpoint, delay_and_log))
}

/// Delays refusals with 401, and logs those with 401 or 403.
async fn delay_and_log(State(Endpoint { state, call }): State<Endpoint>, mut request: Request, next: Next) -> Response {
    let from = request.extensions().get::<ClientAddress>().map(|ClientAddress(address)| *address);
    let client = ClaimedClient::default();
    request.extensions_mut().insert(client.clone());
    let response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED {
        state.refusal_limiter.delay().await;
    }
    let reason = match response.status() {
        StatusCode::UNAUTHORIZED if client.0.has_assertion.load(Ordering::Relaxed) => return response,
        StatusCode::UNAUTHORIZED => RefusalReason::InvalidCredential,
        StatusCode::FORBIDDEN => RefusalReason::InsufficientScope,
        _ => return response,
    };
    if let Some(from) = from {
        let key = client.0.id.get().map_or(RefusedKey::Unknown, RefusedKey::Named);
        state.engine.refusal_log.log(&Refusal { call, reason, from, account: None, key });
    }
    response
}
