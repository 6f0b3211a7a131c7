//! [`Problem`] as the error type of server functions. Rust's orphan rule requires this in the crate of the type. It adds no IO,
//! and only the app enables it.

use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

use crate::problem::{Problem, ProblemKind};

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    /// Drops the messages of the library: they are about serialisation and the network, and may quote the input.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::new(match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => ProblemKind::Unreachable,
            _ => ProblemKind::Internal,
        })
    }
}
