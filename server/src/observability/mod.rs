//! What operators see of a running server: the log, the metrics and the traces.

pub(crate) mod logging;
pub(crate) mod metrics;
pub(crate) mod traces;
