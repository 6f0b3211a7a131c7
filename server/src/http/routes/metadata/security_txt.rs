//! Handles `GET /.well-known/security.txt` (RFC 9116), which says where to report a vulnerability of this installation.

use std::time::Duration;

use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use latchkey_model::{problem::ProblemKind, timestamp::Timestamp};
use time::{OffsetDateTime, Time, format_description::well_known::Rfc3339};

use crate::http::{problem_response::ProblemResponse, state::ServerState};

/// How long a copy of the response is valid: less than the year that RFC 9116 §2.5.5 recommends as the maximum.
const VALID_FOR: Duration = Duration::from_hours(30 * 24);

/// Answers with the configured contact, or with 404 if there is none.
pub(super) async fn answer(State(state): State<ServerState>) -> Result<Response, ProblemResponse> {
    let contact = state.security_contact.as_deref().ok_or(ProblemKind::NotFound)?;
    let expires = expires(state.engine.now()).ok_or(ProblemKind::Internal)?;
    let issuer = state.engine.issuer();
    let text = format!("Contact: {contact}\nExpires: {expires}\nCanonical: {issuer}/.well-known/security.txt\n");
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Returns the end of the last whole day of validity, so that all responses of a day are equal.
fn expires(now: Timestamp) -> Option<String> {
    let end = OffsetDateTime::from_unix_timestamp(now.plus(VALID_FOR).seconds()).ok()?;
    end.replace_time(Time::MIDNIGHT).format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_expires_within_a_year_at_midnight() {
        assert_eq!(expires(Timestamp(1_795_820_000_000)).unwrap(), "2026-12-27T00:00:00Z");
    }
}
