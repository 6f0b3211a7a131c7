//! Parses the query of `/verify`.
//!
//! An unknown parameter is refused, and not ignored: `scopes=` for `scope=` in a gateway's configuration would let
//! every credential through. It is refused before the credential is checked, so that the mistake shows at the first
//! request, and the response says nothing about the credential.

use std::{num::NonZeroU32, sync::LazyLock};

use axum::response::{IntoResponse, Response};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use latchkey_model::problem::{Problem, ProblemKind};
use thiserror::Error;
use url::form_urlencoded;

use crate::http::problem_response::ProblemResponse;

/// All parameters. Each one must have an effect.
const PARAMETERS: [&str; 3] = ["scope", "organization", "resource"];

/// How many refusals are logged in a minute: the clients of a misconfigured gateway must not fill the log.
const LINES_A_MINUTE: NonZeroU32 = NonZeroU32::new(10).unwrap();

/// Longer than any parameter's name, and shorter than a secret.
const LONGEST_NAME: usize = 32;

/// A query that `/verify` does not accept. The text never contains a value, which may be a credential.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum InvalidQuery {
    #[error("The parameter `{0}` is unknown; /verify takes {list}.", list = PARAMETERS.join(", "))]
    Unknown(String),
    /// The name may be a misplaced secret, so it is not repeated.
    #[error("A parameter is unknown; /verify takes {list}.", list = PARAMETERS.join(", "))]
    UnknownAndUnnamed,
    #[error("The parameter `{0}` has no value: write `{0}=` and the required value.")]
    WithoutValue(&'static str),
}

/// Checks that a query contains only what `/verify` accepts. A parameter may occur several times, and its value may be
/// empty.
pub(super) fn check(query: &str) -> Result<(), InvalidQuery> {
    query.split('&').filter(|pair| !pair.is_empty()).try_for_each(check_pair)
}

fn check_pair(pair: &str) -> Result<(), InvalidQuery> {
    let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name).unwrap_or_default();
    match PARAMETERS.into_iter().find(|known| *known == name) {
        Some(_) if pair.contains('=') => Ok(()),
        Some(known) => Err(InvalidQuery::WithoutValue(known)),
        None if is_presentable(&name) => Err(InvalidQuery::Unknown(name.into_owned())),
        None => Err(InvalidQuery::UnknownAndUnnamed),
    }
}

/// Returns whether a name can be repeated: it is short, and does not break a line of the log.
fn is_presentable(name: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]:".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_usual)
}

impl IntoResponse for InvalidQuery {
    fn into_response(self) -> Response {
        let detail = self.to_string();
        if may_log() {
            tracing::warn!("every request of a gateway is refused: {detail}");
        }
        ProblemResponse(Problem::with_detail(ProblemKind::MalformedRequest, detail)).into_response()
    }
}

/// A value that no credential can satisfy. It may come from a gateway's client, so it is a refusal like any other.
#[derive(Debug, Clone, Copy)]
pub(super) enum RefusedValue {
    MalformedScope,
    UnknownResource,
}

/// Logs that every credential is refused, and why.
pub(super) fn log_refused_value(value: RefusedValue) {
    if !may_log() {
        return;
    }
    match value {
        RefusedValue::MalformedScope => {
            tracing::warn!("/verify was asked for a `scope` that is not a scope: every credential is refused");
        }
        RefusedValue::UnknownResource => tracing::warn!(
            "/verify was asked for a `resource` that LATCHKEY_AUDIENCE does not name: every credential is refused"
        ),
    }
}

fn may_log() -> bool {
    static LINES: LazyLock<DefaultDirectRateLimiter> =
        LazyLock::new(|| RateLimiter::direct(Quota::per_minute(LINES_A_MINUTE)));
    LINES.check().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(name: &str) -> Result<(), InvalidQuery> {
        Err(InvalidQuery::Unknown(name.to_owned()))
    }

    #[test]
    fn known_parameters_pass_in_any_number_order_and_encoding() {
        for query in [
            "",
            "&",
            "scope=",
            "scope=a",
            "scope=a+b&scope=c",
            "organization=org_1&scope=a",
            "scope=a&&organization=",
            "s%63ope=a",
            "%73%63%6f%70%65=a",
            "scope=a=b",
            "resource=https%3A%2F%2Fapi.example&resource=",
        ] {
            assert_eq!(check(query), Ok(()), "{query}");
        }
    }

    #[test]
    fn unknown_parameters_are_refused_by_name() {
        for (query, name) in [
            ("scopes=admin:all", "scopes"),
            ("Scope=a", "Scope"),
            ("SCOPE=a", "SCOPE"),
            ("scope[]=a", "scope[]"),
            ("scope%5B%5D=a", "scope[]"),
            ("scope:a", "scope:a"),
            ("scope=a&x", "x"),
            ("x&scope=a", "x"),
            ("scope=a&x=", "x"),
            ("scope.=a", "scope."),
            ("organisation=org_1", "organisation"),
            ("access_token=secret", "access_token"),
        ] {
            assert_eq!(check(query), unknown(name), "{query}");
        }
        for name in PARAMETERS {
            assert_eq!(check(name), Err(InvalidQuery::WithoutValue(name)));
            assert_eq!(check(&format!("scope=a&{name}")), Err(InvalidQuery::WithoutValue(name)));
        }
    }

    #[test]
    fn names_that_may_be_secrets_or_break_a_line_are_not_repeated() {
        let secret = "lk_ak_abcdefghijkl_0123456789012345678901234567890123456789012345678";
        for query in [
            secret,
            &format!("{secret}=x"),
            "a%0Ab=x",
            "a%0D%0Ab",
            "a%1b[31mb=x",
            "a+b=x",
            "%00=x",
            "%ff=x",
            "=x",
            "=",
            "%22=x",
            "sc\u{3bf}pe=x",
            "scope%20=a",
            " scope=a",
            "?scope=a",
            "scope;x=a",
        ] {
            assert_eq!(check(query), Err(InvalidQuery::UnknownAndUnnamed), "{query}");
        }
    }

    #[test]
    fn no_value_is_repeated() {
        let refused = check("scopes=hunter2").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("hunter2"));
    }
}
