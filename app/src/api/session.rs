//! Reading the session.

use latchkey_model::{
    problem::Problem,
    session::{NoArguments, Session},
};
use leptos::prelude::*;

use super::Json;

/// Returns the session of the caller.
///
/// # Errors
/// [`Problem`]: the caller is not signed in.
#[server(name = SessionCall, prefix = "", endpoint = "/api/session", protocol = Json)]
pub async fn session(request: NoArguments) -> Result<Session, Problem> {
    use crate::ssr::{caller, people, untrusted_proxy};
    let NoArguments {} = request;
    let session = people()?.session(&caller().await?).await?;
    let untrusted_proxy = untrusted_proxy()?.filter(|_| session.is_administrator());
    Ok(Session { untrusted_proxy: untrusted_proxy.map(|address| address.to_string()), ..session })
}
