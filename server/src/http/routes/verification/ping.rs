//! Handles `GET /api/v1/ping`, which tells whether a credential is valid.

use axum::{
    Extension,
    extract::{Request, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use super::authentication::{Resource, authenticate};
use crate::http::{
    authorization_header::Authorization, client_address::ClientAddress, problem_response::ProblemResponse,
    state::ServerState,
};

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    let (request, _) = request.into_parts();
    match authenticate(&state, &request.headers, address, Resource::Own).await {
        Ok(_) => ([(CONTENT_TYPE, "application/json")], r#"{"info":"pong","status":1}"#).into_response(),
        Err(_) if matches!(Authorization::from_headers(&request.headers), Authorization::Duplicate) => {
            ProblemResponse::duplicate_authorization().into_response()
        }
        Err(refusal) => refusal,
    }
}
