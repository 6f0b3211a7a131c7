//! Serves the server functions. The stock handler answers every error with 500 and an unknown path with 400, and
//! redirects clients that accept HTML. So the headers that cause this are removed first, and the response gets its
//! status afterwards.

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
    routing::any,
};
use latchkey_app::{
    browser::http::{CLIENT_HEADER, CONSOLE},
    ssr::RequestContext,
};
use latchkey_engine::refusal_log::RefusedCall;
use latchkey_model::{
    problem::{Problem, ProblemKind},
    redacted::Secret,
};
use leptos::prelude::provide_context;
use server_fn::{axum::get_server_fn_service, error::SERVER_FN_ERROR_HEADER};

use super::fallbacks::not_found;
use crate::http::{
    authorization_header::Authorization,
    challenges::add_server_function_challenge,
    client_address::ClientAddress,
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    problem_response::ProblemResponse,
    refusal_log::{self, LoggedAs},
    request_body::{self, BodyError, MAX_BODY_SIZE},
    state::ServerState,
};

const POLICY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Problem,
    clients: ClientKind::Browser,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Refused,
};

/// The functions whose refusals are not logged as those of a management call.
const LOGGED_AS: [(&str, LoggedAs); 6] = [
    ("/api/sign-in", LoggedAs::LoggedByEngine),
    // The sign-in page also asks who is signed in, without a session.
    ("/api/session", LoggedAs::SignedInCall),
    ("/api/set-up", LoggedAs::Call(RefusedCall::SetUp)),
    ("/api/reset-password", LoggedAs::Call(RefusedCall::ResetPassword)),
    ("/api/members/invitation", LoggedAs::Call(RefusedCall::Invitation)),
    ("/api/members/accept", LoggedAs::Call(RefusedCall::Invitation)),
];

fn logged_as(function: &str) -> LoggedAs {
    let special = LOGGED_AS.into_iter().find(|(path, _)| *path == function);
    special.map_or(LoggedAs::Call(RefusedCall::Management), |(_, logged_as)| logged_as)
}

/// Returns the routes of all server functions.
pub(in crate::http) fn routes(middleware: &Middleware) -> Router<ServerState> {
    let routes =
        Router::new().route("/api", any(not_found)).route("/api/", any(not_found)).route("/api/{*path}", any(answer));
    middleware.wrap(POLICY, routes)
}

async fn answer(
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
    // These headers make the stock handler redirect.
    request.headers_mut().remove(header::ACCEPT);
    request.headers_mut().remove(header::REFERER);
    if is_from_console(request.headers()) {
        // A proxy in front of the console has added it, for itself or because it takes Latchkey for its backend.
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
    let logged_as = logged_as(request.uri().path());
    let provided = context.clone();
    let provide = move || provide_context(provided.clone());
    let mut response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    let Some(problem) = problem_in(&mut response).await else { return Ok(response) };
    refusal_log::log_function(&state.engine.refusal_log, logged_as, problem.kind, address, &context, bearer.as_ref());
    Err(refusal(problem, state.engine.issuer()))
}

/// Returns whether the console has marked the request as its own.
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

/// Returns the error that the stock handler has encoded as a [`Problem`] and marked by a header of the library.
async fn problem_in(response: &mut Response) -> Option<Problem> {
    response.headers().get(SERVER_FN_ERROR_HEADER)?;
    let body = std::mem::take(response.body_mut());
    let body = axum::body::to_bytes(body, MAX_BODY_SIZE).await.unwrap_or_default();
    Some(serde_json::from_slice(&body).unwrap_or_else(|_| Problem::new(ProblemKind::Internal)))
}

/// Returns a problem with its status, and the challenge that belongs to it.
fn refusal(problem: Problem, issuer: &str) -> Response {
    let kind = problem.kind;
    let mut response = ProblemResponse(problem).into_response();
    add_server_function_challenge(&mut response, kind, issuer);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::refusal_log::classify;

    #[test]
    fn refusals_are_classified_and_other_problems_are_not_refusals() {
        for (path, problem, refusal) in [
            ("/api/session", ProblemKind::NotSignedIn, None),
            ("/api/sign-in", ProblemKind::WrongCredentials, None),
            ("/api/access-keys/create", ProblemKind::InvalidField, None),
            ("/api/access-keys/create", ProblemKind::Unavailable, None),
            ("/api/access-keys/create", ProblemKind::LimitReached, None),
            ("/api/access-keys/create", ProblemKind::NotSignedIn, Some("management not_signed_in")),
            ("/api/access-keys/delete", ProblemKind::NotAllowed, Some("management not_allowed")),
            ("/api/access-keys/list", ProblemKind::InvalidCredential, Some("management invalid_credential")),
            ("/api/access-keys/list", ProblemKind::InsufficientScope, Some("management insufficient_scope")),
            ("/api/set-up", ProblemKind::LinkEnded, Some("set-up link_ended")),
            ("/api/reset-password", ProblemKind::TooManyAttempts, Some("reset-password too_many_attempts")),
            ("/api/members/invitation", ProblemKind::LinkEnded, Some("invitation link_ended")),
            ("/api/members/accept", ProblemKind::LinkEnded, Some("invitation link_ended")),
        ] {
            let classified = classify(logged_as(path), problem)
                .map(|(call, reason)| format!("{} {}", call.as_str(), reason.as_str()));
            assert_eq!(classified.as_deref(), refusal, "{path}");
        }
    }
}
