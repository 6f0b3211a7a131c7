//! The request that a server function answers.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use http::HeaderMap;
use latchkey_engine::{
    Engine,
    keys::{KeyManager, KeyViewer, Keys},
    people::{Caller, People},
    verification::{Verification, Verified},
};
use latchkey_model::{
    email::Email,
    id::AccessKeyId,
    problem::{Problem, ProblemKind},
    redacted::{DeviceToken, Secret, SessionToken},
};
use leptos::prelude::use_context;

use super::{device_cookie, session_cookie};

/// The parts of the request and of the server that a server function needs. The server provides it as a context to every server
/// function and every page that it renders.
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

/// The caller, once it is known, for the log of refused calls.
#[derive(Debug, Clone)]
pub enum KnownCaller {
    /// A member, by e-mail address.
    Account(Email),
    /// A credential, by its ID.
    Key(AccessKeyId),
}

impl RequestContext {
    /// Reads the cookies. `client_address` is the address of the client, behind trusted proxies. A request has one caller: with a
    /// `bearer` credential, its session is ignored.
    #[must_use]
    pub fn new(engine: Engine, client_address: IpAddr, headers: &HeaderMap, bearer: Option<Secret>) -> Self {
        let session_token = session_cookie::read(&engine, headers).filter(|_| bearer.is_none());
        let device_token = device_cookie::read(&engine, headers);
        let known_caller = Arc::default();
        Self { engine, client_address, session_token, device_token, bearer, untrusted_proxy: None, known_caller }
    }

    /// Sets the address of an undeclared proxy that the server has seen.
    #[must_use]
    pub fn behind_untrusted_proxy(self, untrusted_proxy: Option<IpAddr>) -> Self {
        Self { untrusted_proxy, ..self }
    }

    /// Returns the caller, if it became known.
    #[must_use]
    pub fn known_caller(&self) -> Option<&KnownCaller> {
        self.known_caller.get()
    }

    fn record_caller(&self, caller: KnownCaller) {
        // The first one stays, because a request has one caller.
        let _ = self.known_caller.set(caller);
    }

    fn current() -> Result<Self, Problem> {
        use_context().ok_or_else(|| {
            tracing::error!("a server function was called without a request");
            Problem::new(ProblemKind::Internal)
        })
    }
}

/// Returns the engine, for the cookies, whose names depend on the installation.
pub(super) fn engine() -> Result<Engine, Problem> {
    Ok(RequestContext::current()?.engine)
}

/// Returns the service of access keys and scopes.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn keys() -> Result<Arc<Keys>, Problem> {
    Ok(RequestContext::current()?.engine.keys)
}

/// Returns the service of members and sessions.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn people() -> Result<Arc<People>, Problem> {
    Ok(RequestContext::current()?.engine.people)
}

/// Returns the service that verifies credentials.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn verification() -> Result<Arc<Verification>, Problem> {
    Ok(RequestContext::current()?.engine.verification)
}

/// Returns the address of the client.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn client_address() -> Result<IpAddr, Problem> {
    Ok(RequestContext::current()?.client_address)
}

/// Returns the device token, if the browser has signed in before.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn device() -> Result<Option<DeviceToken>, Problem> {
    Ok(RequestContext::current()?.device_token)
}

/// Returns the session token of the request, valid or not.
pub(super) fn session_token() -> Result<Option<SessionToken>, Problem> {
    Ok(RequestContext::current()?.session_token)
}

/// Returns the member who is signed in, if there is one.
///
/// # Errors
/// [`Problem`]: the database cannot be reached.
pub async fn signed_in() -> Result<Option<Caller>, Problem> {
    let context = RequestContext::current()?;
    let Some(token) = &context.session_token else { return Ok(None) };
    let caller = context.engine.people.authenticate(token, context.client_address).await?;
    if let Some(caller) = &caller {
        context.record_caller(KnownCaller::Account(caller.email.clone()));
    }
    Ok(caller)
}

/// Returns the address of an undeclared proxy, if one was seen.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no [`RequestContext`].
pub fn untrusted_proxy() -> Result<Option<IpAddr>, Problem> {
    Ok(RequestContext::current()?.untrusted_proxy)
}

/// Returns the member who is signed in, for a call that accepts no credential.
///
/// # Errors
/// [`Problem`]: the caller is not signed in or is a credential, valid or not, or the database cannot be reached.
pub async fn caller() -> Result<Caller, Problem> {
    match key_caller().await? {
        KeyCaller::Member(caller) => Ok(caller),
        KeyCaller::Credential(..) => Err(Problem::with_detail(ProblemKind::NotAllowed, "Requires a signed-in user.")),
    }
}

/// The caller of a function about access keys: a member with a session, or a credential with a scope.
pub enum KeyCaller {
    /// A member, who is signed in.
    Member(Caller),
    /// A credential, and the address of the client.
    Credential(Verified, IpAddr),
}

impl KeyCaller {
    /// Returns the right to change keys.
    ///
    /// # Errors
    /// [`Problem`]: the member is not an administrator, or the credential lacks the scope.
    pub fn manager(&self) -> Result<KeyManager<'_>, Problem> {
        match self {
            Self::Member(caller) => Ok((&caller.administrator()?).into()),
            Self::Credential(verified, address) => Ok(verified.key_manager(*address)?),
        }
    }

    /// Returns the right to view keys.
    ///
    /// # Errors
    /// [`Problem`]: the credential lacks the scope.
    pub fn viewer(&self) -> Result<KeyViewer<'_>, Problem> {
        match self {
            Self::Member(caller) => Ok(caller.into()),
            Self::Credential(..) => Ok(self.manager()?.into()),
        }
    }
}

/// Returns the caller of a function about access keys.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, the credential is not accepted, or the database cannot be reached.
pub async fn key_caller() -> Result<KeyCaller, Problem> {
    let context = RequestContext::current()?;
    if let Some(bearer) = &context.bearer {
        let address = context.client_address;
        let verified = context.engine.verification.verify_bearer(bearer.expose(), address).await?;
        context.record_caller(KnownCaller::Key(verified.id().clone()));
        return Ok(KeyCaller::Credential(verified, address));
    }
    signed_in().await?.map(KeyCaller::Member).ok_or_else(|| Problem::new(ProblemKind::NotSignedIn))
}
