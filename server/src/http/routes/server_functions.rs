//! Server functions. The stock handler answers every error with 500 and an unknown path with 400, and redirects
//! whoever accepts HTML; here the request's hints are taken off first and the answer gets its status after.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use latchkey_app::{
    browser::http::{CLIENT_HEADER, CONSOLE},
    ssr::RequestContext,
};
use latchkey_model::{
    problem::{Problem, ProblemKind},
    redacted::Secret,
};
use leptos::prelude::provide_context;
use server_fn::{axum::get_server_fn_service, error::SERVER_FN_ERROR_HEADER};

use crate::http::{
    authorization_header::Authorization,
    challenges::add_server_function_challenge,
    client_address::ClientAddress,
    problem_response::ProblemResponse,
    refusal_log,
    request_body::{self, BodyError, MAX_BODY_SIZE},
    state::ServerState,
};

pub(in crate::http) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    mut request: Request,
) -> Result<Response, Response> {
    if get_server_fn_service(request.uri().path(), Method::POST).is_none() {
        return Err(ProblemResponse::from(ProblemKind::NotFound).into_response());
    }
    if request.method() != Method::POST {
        return Err(only_post());
    }
    // These make the stock handler redirect.
    request.headers_mut().remove(header::ACCEPT);
    request.headers_mut().remove(header::REFERER);
    if is_from_console(request.headers()) {
        // A proxy in front of the console has added it, for itself or for what it takes Latchkey for.
        request.headers_mut().remove(header::AUTHORIZATION);
    }
    let request = request_body::buffer(request).await.map_err(|error| unreadable(error).into_response())?;
    let bearer = match Authorization::from_headers(request.headers()) {
        Authorization::Bearer(token) => Some(Secret::from(token.to_string())),
        Authorization::Duplicate => return Err(ProblemResponse::duplicate_authorization().into_response()),
        Authorization::Basic(_) | Authorization::Absent | Authorization::UnknownScheme => None,
    };
    let context = RequestContext::new(state.engine.clone(), address, request.headers(), bearer.clone())
        .behind_untrusted_proxy(state.untrusted_proxy.address());
    let path = request.uri().path().to_owned();
    let provided = context.clone();
    let provide = move || provide_context(provided.clone());
    let mut response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    let Some(problem) = problem_in(&mut response).await else { return Ok(response) };
    refusal_log::log_function(&state.engine, &path, problem.kind, address, &context, bearer.as_ref());
    Err(refusal(problem, state.engine.issuer()))
}

/// Whether the console marks the request as one of its own.
fn is_from_console(headers: &HeaderMap) -> bool {
    headers.get(CLIENT_HEADER).is_some_and(|client| client == CONSOLE)
}

fn only_post() -> Response {
    let mut response = ProblemResponse::from(ProblemKind::MethodNotAllowed).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}

fn unreadable(error: BodyError) -> ProblemResponse {
    match error {
        BodyError::TooLarge => ProblemKind::TooLarge.into(),
        BodyError::Incomplete => ProblemKind::MalformedRequest.into(),
    }
}

/// An error comes as a [`Problem`] under a header of the library's.
async fn problem_in(response: &mut Response) -> Option<Problem> {
    response.headers().get(SERVER_FN_ERROR_HEADER)?;
    let body = std::mem::take(response.body_mut());
    let body = axum::body::to_bytes(body, MAX_BODY_SIZE).await.unwrap_or_default();
    Some(serde_json::from_slice(&body).unwrap_or_else(|_| Problem::new(ProblemKind::Internal)))
}

/// A problem with the status that it has, and the challenge that belongs to that.
fn refusal(problem: Problem, issuer: &str) -> Response {
    let kind = problem.kind;
    let mut response = ProblemResponse(problem).into_response();
    add_server_function_challenge(&mut response, kind, issuer);
    response
}
