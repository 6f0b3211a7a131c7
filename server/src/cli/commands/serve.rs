use std::{net::SocketAddr, time::Duration};

use axum::Router;
use latchkey_engine::{Engine, Location, operations::housekeeping};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};

use super::{
    error::CommandError,
    open_engine::{local_url, open_node},
    output::{print_line, print_link},
    run_or_delegate,
};
use crate::{
    cli::control_socket::ControlSocket,
    http::{
        RefusalLimiter, ServerState, SharedState, Site, UntrustedProxy,
        listener::{self, Limits, WorkerThread},
        metrics_listener, router, site,
    },
    lifecycle::Lifecycle,
    observability::{metrics::Metrics, traces::Traces},
    settings::{FirstAdministrator, SettingNotice, Settings},
};

/// The longest that the last writes may take at shutdown, before and after the connections to the database are
/// closed. Together with the drain and the time for the last requests, a shutdown stays under ten seconds.
const FINAL_WRITE_TIMEOUT: Duration = Duration::from_millis(750);

/// Implements `latchkey serve`, which serves until SIGTERM or SIGINT.
pub(crate) async fn serve(mut settings: Settings, traces: Option<Traces>) -> Result<(), CommandError> {
    let lifecycle = Lifecycle::until_signal(settings.drain).map_err(CommandError::Server)?;
    let cannot_listen = |error| CommandError::Listen(settings.listen, error);
    let listener = listener::bind(settings.listen).map_err(cannot_listen)?;
    let address = listener.local_addr().map_err(cannot_listen)?;
    let metrics_listener = metrics_listener::bind(settings.metrics);
    let metrics_listener =
        metrics_listener.map_err(|(address, error)| CommandError::ListenForMetrics(address, error))?;
    let engine = open_node(&mut settings, address).await?;
    create_first_administrator(&engine, settings.first_administrator.take()).await?;
    let control = match Location::parse(&settings.database) {
        Ok(Location::Sqlite(database)) => ControlSocket::bind_or_warn(&database).await,
        _ => None,
    };
    site::warn_if_missing::<Site>();

    let metrics = Metrics::new(&engine)?;
    let shared = SharedState {
        engine: engine.clone(),
        public_origin: settings.public_url,
        trusted_proxies: settings.trusted_proxies,
        cors_origins: settings.cors_origins,
        untrusted_proxy: UntrustedProxy::default(),
        security_contact: settings.security_contact,
        metrics: metrics.clone(),
        refusal_limiter: RefusalLimiter::default(),
        request_timeout: settings.request_timeout,
        lifecycle: lifecycle.clone(),
    };
    let router = || router::<Site>(ServerState::from(shared.clone()));
    print_welcome(&engine, address).await?;
    let control = control.map(|control| tokio::spawn(serve_control_socket(control, engine.clone(), lifecycle.clone())));
    let metrics = metrics_listener.map(|listener| tokio::spawn(listener.serve(metrics, lifecycle.clone().stopped())));
    let limits = Limits { keep_alive_timeout: settings.keep_alive, ..Limits::default() };
    let threads = run(listener, router, limits, &engine, lifecycle).await?;
    if let Some(control) = control {
        let _ = timeout(FINAL_WRITE_TIMEOUT, control).await;
    }
    shut_down(&engine, traces, metrics).await;
    drop(threads);
    Ok(())
}

/// Runs the commands that other processes send, until the server stops.
async fn serve_control_socket(control: ControlSocket, engine: Engine, lifecycle: Lifecycle) {
    control.serve(move |request| run_or_delegate::answer_delegated(engine.clone(), request), lifecycle.stopped()).await;
}

/// Writes and exports what is left. All of it runs concurrently, because the time for it is short.
async fn shut_down(engine: &Engine, traces: Option<Traces>, metrics: Option<JoinHandle<()>>) {
    let close = async {
        if timeout(FINAL_WRITE_TIMEOUT, engine.close()).await.is_err() {
            tracing::warn!("the database did not respond: the last uses of keys were not written");
        }
    };
    let export = async {
        if let Some(traces) = traces {
            traces.shut_down(FINAL_WRITE_TIMEOUT).await;
        }
    };
    let stop_metrics = async {
        if let Some(metrics) = metrics {
            // A client that is still reading metrics is cut off.
            let _ = timeout(FINAL_WRITE_TIMEOUT, metrics).await;
        }
    };
    tokio::join!(close, export, stop_metrics);
}

async fn create_first_administrator(
    engine: &Engine,
    administrator: Option<FirstAdministrator>,
) -> Result<(), CommandError> {
    let Some(FirstAdministrator { organization, email, password }) = administrator else { return Ok(()) };
    if engine.people.create_first_administrator(&organization, &email, &password).await? {
        tracing::info!("the first administrator has been created");
    } else {
        let settings = "LATCHKEY_ADMIN_EMAIL, with LATCHKEY_ADMIN_PASSWORD and LATCHKEY_ORGANIZATION,";
        tracing::warn!("{}", SettingNotice::not_used(settings, "an organization already exists"));
    }
    Ok(())
}

async fn print_welcome(engine: &Engine, address: SocketAddr) -> Result<(), CommandError> {
    print_line(&format!("Latchkey listens on {}", local_url(address)));
    if let Some(link) = engine.people.first_set_up_link().await? {
        print_link("There is no organization yet. Create it at", &link);
    }
    Ok(())
}

/// Serves until `lifecycle` stops, then ends housekeeping. The caller must keep the returned threads until the engine
/// is closed.
async fn run(
    listener: TcpListener,
    router: impl Fn() -> Router,
    limits: Limits,
    engine: &Engine,
    lifecycle: Lifecycle,
) -> Result<Vec<WorkerThread>, CommandError> {
    let running = tokio::spawn({
        let (engine, stopped) = (engine.clone(), lifecycle.clone().stopped());
        async move { housekeeping::run(&engine, stopped).await }
    });
    let threads = listener::serve(listener, router, limits, lifecycle.stopped()).await.map_err(CommandError::Server)?;
    let _ = timeout(FINAL_WRITE_TIMEOUT, running).await;
    Ok(threads)
}
