//! A view whose code is in a file of its own.

use latchkey_model::problem::{Problem, ProblemKind};
use leptos::{prelude::AnyView, wasm_split::SplitLoaderError};

/// Builds a view of what it is given.
pub type ViewBuilder<T> = fn(T) -> AnyView;

/// The file was not fetched: the server cannot be reached, or has a newer console than this page.
#[derive(Debug, Clone, Copy)]
pub struct ChunkLoadError;

impl From<SplitLoaderError> for ChunkLoadError {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl From<ChunkLoadError> for Problem {
    fn from(_: ChunkLoadError) -> Self {
        Self::with_detail(
            ProblemKind::Unavailable,
            "Its code could not be fetched. If that goes on, reload the page: Latchkey may have a newer version.",
        )
    }
}
