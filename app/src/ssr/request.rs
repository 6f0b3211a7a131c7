//! The request that a server function answers.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use http::HeaderMap;
use latchkey_credentials::{Caller, Engine, KeyManager, KeyViewer, machines::Verified};
use latchkey_model::{
    email::Email,
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
    redacted::{DeviceToken, Secret, SessionToken},
};
use leptos::prelude::use_context;

use super::{OrProblem, device_cookie, session_cookie};

/// What a server function needs of the request and of the server. The server provides it as a context to every
/// server function and to every page that it renders.
#[derive(Clone)]
pub struct RequestContext {
    engine: Engine,
    client_address: IpAddr,
    session_token: Option<SessionToken>,
    device_token: Option<DeviceToken>,
    bearer: Option<Secret>,
    untrusted_proxy: Option<IpAddr>,
    known_caller: Arc<OnceLock<KnownCaller>>,
}

/// Who calls, once that is known: for the log, should the call be refused.
#[derive(Debug, Clone)]
pub enum KnownCaller {
    /// A member, by the address of the account.
    Account(Email),
    /// A credential, by its ID.
    Key(AccessKeyId),
}

impl RequestContext {
    /// Reads the cookies; `client_address` is where the request comes from, past trusted proxies. A request
    /// speaks for one: with a `bearer` credential, its session counts for nothing.
    #[must_use]
    pub fn new(engine: Engine, client_address: IpAddr, headers: &HeaderMap, bearer: Option<Secret>) -> Self {
        let session_token = session_cookie::read(&engine, headers).filter(|_| bearer.is_none());
        let device_token = device_cookie::read(&engine, headers);
        let known_caller = Arc::default();
        Self { engine, client_address, session_token, device_token, bearer, untrusted_proxy: None, known_caller }
    }

    /// The same on a server that has seen a proxy which the operator has not declared, at this address.
    #[must_use]
    pub fn behind_untrusted_proxy(self, untrusted_proxy: Option<IpAddr>) -> Self {
        Self { untrusted_proxy, ..self }
    }

    /// Who has called, if that became known.
    #[must_use]
    pub fn known_caller(&self) -> Option<&KnownCaller> {
        self.known_caller.get()
    }

    fn note_caller(&self, caller: KnownCaller) {
        // The first one stays: a request has one caller.
        let _ = self.known_caller.set(caller);
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

/// By what the browser is known, if it has been signed in before.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn device() -> Result<Option<DeviceToken>, Problem> {
    Ok(RequestContext::current()?.device_token)
}

/// The token of the session that the request comes with, good or not.
pub(super) fn session_token() -> Result<Option<SessionToken>, Problem> {
    Ok(RequestContext::current()?.session_token)
}

/// Who is signed in, if anybody is.
///
/// # Errors
/// [`Problem`]: the database cannot be reached.
pub async fn signed_in() -> Result<Option<Caller>, Problem> {
    let context = RequestContext::current()?;
    let Some(token) = &context.session_token else { return Ok(None) };
    let caller = context.engine.authenticate(token, context.client_address).await.or_problem()?;
    if let Some(caller) = &caller {
        context.note_caller(KnownCaller::Account(caller.email.clone()));
    }
    Ok(caller)
}

/// The address of a proxy that the operator has not declared, if one was seen.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn untrusted_proxy() -> Result<Option<IpAddr>, Problem> {
    Ok(RequestContext::current()?.untrusted_proxy)
}

/// Who is signed in, for a call that takes people alone.
///
/// # Errors
/// [`Problem`]: nobody is, a credential calls, good or not, or the database cannot be reached.
pub async fn caller() -> Result<Caller, Problem> {
    match key_caller().await? {
        KeyCaller::Member(caller) => Ok(caller),
        KeyCaller::Credential(..) => Err(Problem::with_detail(ProblemKind::NotAllowed, "Requires a signed-in user.")),
    }
}

/// Who calls about access keys: a person by a session, or a credential by its scope.
pub enum KeyCaller {
    /// A member, who is signed in.
    Member(Caller),
    /// A credential, and where the request comes from.
    Credential(Verified, IpAddr),
}

impl KeyCaller {
    /// This caller as one who may change keys.
    ///
    /// # Errors
    /// [`Problem`]: a member who is no administrator, or a credential without the scope.
    pub fn manager(&self) -> Result<KeyManager<'_>, Problem> {
        match self {
            Self::Member(caller) => Ok((&caller.administrator().or_problem()?).into()),
            Self::Credential(verified, address) => verified.key_manager(*address).or_problem(),
        }
    }

    /// This caller as one who may see keys.
    ///
    /// # Errors
    /// [`Problem`]: a credential without the scope.
    pub fn viewer(&self) -> Result<KeyViewer<'_>, Problem> {
        match self {
            Self::Member(caller) => Ok(caller.into()),
            Self::Credential(..) => Ok(self.manager()?.into()),
        }
    }
}

/// Who calls about access keys.
///
/// # Errors
/// [`Problem`]: nobody is signed in, the credential is not accepted, or the database cannot be reached.
pub async fn key_caller() -> Result<KeyCaller, Problem> {
    let context = RequestContext::current()?;
    if let Some(bearer) = &context.bearer {
        let address = context.client_address;
        let verified = context.engine.verify_bearer(bearer.expose(), address).await.or_problem()?;
        context.note_caller(KnownCaller::Key(verified.id().clone()));
        return Ok(KeyCaller::Credential(verified, address));
    }
    signed_in().await?.map(KeyCaller::Member).ok_or_else(|| Problem::new(ProblemKind::NotSignedIn))
}
