use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use latchkey_credentials::Engine;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use super::{
    CommandError,
    open::{local_url, open_engine},
    tell, tell_link,
};
use crate::{
    listener::{self, Limits},
    routes::router,
    settings::{FirstAdministrator, Settings},
    site::{self, Site},
    state::ServerState,
};

/// `latchkey serve`: serves until SIGTERM or SIGINT.
pub(crate) async fn serve(mut settings: Settings) -> Result<(), CommandError> {
    let stop = stop_signal().map_err(CommandError::Server)?;
    let cannot_listen = |error| CommandError::Listen(settings.listen, error);
    let listener = TcpListener::bind(settings.listen).await.map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    let engine = open_engine(&mut settings, address).await?;
    create_first_administrator(&engine, settings.first_administrator.take()).await?;
    site::warn_if_missing::<Site>();

    let router = router::<Site>(ServerState {
        engine: engine.clone(),
        public_origin: settings.public_url.map(Into::into),
        trusted_proxies: settings.trusted_proxies.into(),
        refusals: Arc::default(),
    });
    greet(&engine, address).await?;
    run(listener, router, &engine, stop).await?;
    engine.close().await;
    Ok(())
}

async fn create_first_administrator(
    engine: &Engine,
    administrator: Option<FirstAdministrator>,
) -> Result<(), CommandError> {
    if let Some(FirstAdministrator { organization, email, password }) = administrator
        && engine.create_first_administrator(&organization, &email, &password).await?
    {
        tracing::info!("the first administrator has been created");
    }
    Ok(())
}

async fn greet(engine: &Engine, address: SocketAddr) -> Result<(), CommandError> {
    tell(&format!("Latchkey listens on {}", local_url(address)));
    if let Some(link) = engine.first_set_up_link().await? {
        tell_link("There is no organization yet. Create it at", &link);
    }
    Ok(())
}

/// Serves until `stop`, and ends housekeeping last.
async fn run(
    listener: TcpListener,
    router: Router,
    engine: &Engine,
    stop: watch::Receiver<bool>,
) -> Result<(), CommandError> {
    let housekeeping = tokio::spawn({
        let (engine, stopped) = (engine.clone(), stopped(stop.clone()));
        async move { engine.run_housekeeping(stopped).await }
    });
    let limits = Limits::default();
    listener::serve(listener, router, limits, stopped(stop)).await.map_err(CommandError::Server)?;
    let _ = timeout(limits.last_requests, housekeeping).await;
    Ok(())
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Becomes true at SIGTERM, which service managers send, or SIGINT, which Ctrl-C does.
fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = sender.send(true);
    });
    Ok(receiver)
}
