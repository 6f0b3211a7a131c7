//! `GET /api/v1/ping`: whether a credential is good.

use axum::{
    Extension,
    extract::{Request, State},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use super::authentication::{Resource, verified};
use crate::http::{
    authorization_header::Presented, client_address::ClientAddress, problem_response::ProblemAnswer, state::ServerState,
};

pub(in crate::http) async fn answer(
    State(state): State<ServerState>,
    Extension(address): Extension<ClientAddress>,
    request: Request,
) -> Response {
    let (request, _) = request.into_parts();
    match verified(&state, &request.headers, address, Resource::Own).await {
        Ok(_) => ([(CONTENT_TYPE, "application/json")], r#"{"info":"pong","status":1}"#).into_response(),
        Err(_) if matches!(Presented::in_headers(&request.headers), Presented::Several) => {
            ProblemAnswer::several_authorizations().into_response()
        }
        Err(refusal) => refusal,
    }
}
