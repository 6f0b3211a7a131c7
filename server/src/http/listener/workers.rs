//! The threads that serve connections. A connection stays on one thread: a request takes microseconds, and to hand it
//! to another thread, and to wake that, would cost more.

use std::{io, sync::Arc, thread};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::{
    net::TcpStream,
    runtime,
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::timeout,
};

use super::{
    accept::AcceptedConnection,
    connection::Connection,
    limits::{ListenerContext, MAX_HEAD_SIZE},
    service::ConnectionService,
};

/// A thread, and the channel by which it gets connections.
pub(super) struct Worker {
    connections: mpsc::UnboundedSender<(AcceptedConnection, Load)>,
    load: Load,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
    thread: WorkerThread,
}

/// One clone for each open connection plus the worker's own; `strong_count` is the load.
type Load = Arc<()>;

impl Worker {
    /// Starts a thread that serves the connections which are assigned to it.
    pub(super) fn start(router: Router, context: Arc<ListenerContext>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (connections, given) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (keep, mut kept) = oneshot::channel::<()>();
        let serve = async move {
            tokio::select! {
                () = serve(&router, given, &context, stopped) => {
                    let _ = end.send(());
                    let _ = kept.await;
                }
                // The worker was dropped.
                _ = &mut kept => {}
            }
        };
        let thread = thread::Builder::new().name("connections".to_owned()).spawn(move || runtime.block_on(serve))?;
        let thread = WorkerThread { keep: Some(keep), thread: Some(thread) };
        Ok(Self { connections, load: Load::default(), stop, ended, thread })
    }

    pub(super) fn load(&self) -> usize {
        Arc::strong_count(&self.load)
    }

    pub(super) fn assign(&self, connection: AcceptedConnection) {
        // The thread outlives all connections.
        let _ = self.connections.send((connection, self.load.clone()));
    }

    /// Lets requests in progress finish, within the limits.
    pub(super) async fn end(self) -> io::Result<WorkerThread> {
        let _ = self.stop.send(());
        self.ended.await.map_err(io::Error::other)?;
        Ok(self.thread)
    }
}

/// A thread that no longer serves. What it has opened, such as a connection to a database, keeps working until this is
/// dropped.
pub struct WorkerThread {
    keep: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        self.keep.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves connections until `stop`, then lets requests in progress finish. Only HTTP/1.1 is supported: a connection
/// carries one request at a time, so that a limit on connections is a limit on requests, and every wait has a timeout.
async fn serve(
    router: &Router,
    mut given: mpsc::UnboundedReceiver<(AcceptedConnection, Load)>,
    context: &Arc<ListenerContext>,
    mut stop: oneshot::Receiver<()>,
) {
    let mut http = http1::Builder::new();
    // The stream has its own timeouts. A client may close its sending direction after its request.
    http.half_close(true).header_read_timeout(None).max_buf_size(MAX_HEAD_SIZE).max_header_size(MAX_HEAD_SIZE);
    let (graceful, mut tasks) = (GracefulShutdown::new(), JoinSet::new());
    loop {
        tokio::select! {
            _ = &mut stop => break,
            Some(_) = tasks.join_next() => {}
            Some((AcceptedConnection { stream, peer, activity, permit }, load)) = given.recv() => {
                let Ok(stream) = TcpStream::from_std(stream) else { continue };
                let service = ConnectionService { router: router.clone(), peer, activity: Arc::clone(&activity) };
                let connection = Connection::new(stream, Arc::clone(context), activity, (permit, load));
                tasks.spawn(graceful.watch(http.serve_connection(TokioIo::new(connection), service)));
            }
            else => break,
        }
    }
    let _ = timeout(context.limits.shutdown_timeout, graceful.shutdown()).await;
    tasks.shutdown().await;
}
