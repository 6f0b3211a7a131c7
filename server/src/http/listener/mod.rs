//! The connections: how many there may be, how long one may take before it is cut off, and how they end.

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
