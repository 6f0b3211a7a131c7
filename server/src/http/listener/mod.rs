//! Accepts and serves connections, with limits on their number, on the duration of each step, and on their end.

mod accept;
mod activity;
mod connection;
mod eviction;
mod host_header;
mod limits;
mod lingering_close;
mod read_deadline;
mod serve;
mod service;
mod workers;

pub(crate) use self::serve::{bind, serve_on};
pub use self::{limits::Limits, serve::serve, workers::WorkerThread};
