//! The request that a server function answers.

use std::net::IpAddr;

use http::HeaderMap;
use latchkey_credentials::{Caller, Engine};
use latchkey_model::{
    problem::{Problem, ProblemKind},
    redacted::SessionToken,
};
use leptos::prelude::use_context;

use super::{OrProblem, session_cookie};

/// What a server function needs of the request and of the server. The server provides it as a context to every
/// server function and to every page that it renders.
#[derive(Clone)]
pub struct RequestContext {
    engine: Engine,
    client_address: IpAddr,
    session_token: Option<SessionToken>,
}

impl RequestContext {
    /// Reads the session cookie; `client_address` is where the request comes from, past trusted proxies.
    #[must_use]
    pub fn new(engine: Engine, client_address: IpAddr, headers: &HeaderMap) -> Self {
        let session_token = session_cookie::read(&engine, headers);
        Self { engine, client_address, session_token }
    }

    fn current() -> Result<Self, Problem> {
        use_context().ok_or_else(|| {
            tracing::error!("a server function was called without a request");
            Problem::new(ProblemKind::Internal)
        })
    }
}

/// The engine.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn engine() -> Result<Engine, Problem> {
    Ok(RequestContext::current()?.engine)
}

/// Where the request comes from.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn client_address() -> Result<IpAddr, Problem> {
    Ok(RequestContext::current()?.client_address)
}

/// Who is signed in, if anybody is.
///
/// # Errors
/// [`Problem`]: the database cannot be reached.
pub async fn signed_in() -> Result<Option<Caller>, Problem> {
    let RequestContext { engine, client_address, session_token } = RequestContext::current()?;
    match session_token {
        Some(token) => engine.authenticate(&token, client_address).await.or_problem(),
        None => Ok(None),
    }
}

/// Who is signed in.
///
/// # Errors
/// [`Problem`]: nobody is, or the database cannot be reached.
pub async fn caller() -> Result<Caller, Problem> {
    signed_in().await?.ok_or_else(|| Problem::new(ProblemKind::NotSignedIn))
}
