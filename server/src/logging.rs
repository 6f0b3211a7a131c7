//! The log: to standard error, so that standard output holds only what the operator asked for.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts the log at the level of `LATCHKEY_LOG`, or `info`.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let ansi = io::IsTerminal::is_terminal(&io::stderr());
    // A second start, as in tests, keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(ansi).try_init();
}
