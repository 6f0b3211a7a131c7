//! `GET /api/v1/ping`: whether a credential is good.

use axum::{
    Extension, Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::presented::verified;
use crate::{middleware::ClientAddress, state::ServerState};

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
) -> Response {
    match verified(&state, &headers, address).await {
        Ok(_) => Json(json!({ "info": "pong", "status": 1 })).into_response(),
        Err(refusal) => refusal,
    }
}
