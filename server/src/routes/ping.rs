//! `GET /api/v1/ping`: whether a credential is good.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::VerifyError;
use latchkey_model::problem::{Problem, ProblemKind};
use serde_json::json;

use crate::{
    authorization::{Credential, Presented},
    middleware::ClientAddress,
    problem_answer::ProblemAnswer,
    state::ServerState,
};

const BASIC: HeaderValue = HeaderValue::from_static(r#"Basic realm="Latchkey", charset="UTF-8""#);
const BEARER: HeaderValue = HeaderValue::from_static(r#"Bearer realm="Latchkey""#);
const INVALID_BEARER: HeaderValue = HeaderValue::from_static(
    r#"Bearer realm="Latchkey", error="invalid_token", error_description="The credential is not accepted""#,
);

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
) -> Response {
    let presented = Presented::in_headers(&headers);
    let verified = match &presented {
        Presented::Basic(Some(Credential { user, password })) if password.is_empty() => {
            state.engine.verify_api_key(user, address).await
        }
        Presented::Bearer(token) => state.engine.verify_bearer(token, address).await,
        Presented::Basic(_) | Presented::Nothing => Err(VerifyError::Refused),
    };
    match verified {
        Ok(_) => Json(json!({ "info": "pong", "status": 1 })).into_response(),
        Err(error) => refusal(&presented, error.into_problem()),
    }
}

/// The same bytes for one scheme, whatever is wrong with the credential. Whoever presents none learns what is taken,
/// without an error code (RFC 6750 §3.1).
fn refusal(presented: &Presented, problem: Problem) -> Response {
    let unauthorized = problem.kind == ProblemKind::InvalidCredential;
    let mut response = ProblemAnswer(problem).into_response();
    if unauthorized {
        let bearer = if matches!(presented, Presented::Bearer(_)) { INVALID_BEARER } else { BEARER };
        response.headers_mut().append(WWW_AUTHENTICATE, BASIC);
        response.headers_mut().append(WWW_AUTHENTICATE, bearer);
    }
    response
}
