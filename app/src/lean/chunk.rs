//! A view whose code is in a separate file.

use latchkey_model::problem::{Problem, ProblemKind};
use leptos::{prelude::AnyView, wasm_split::SplitLoaderError};

/// Builds a view from an argument.
pub type ViewBuilder<T> = fn(T) -> AnyView;

/// The file could not be fetched: the server cannot be reached, or it has a newer console than this page.
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
            "Its code could not be fetched. If this happens again, reload the page: Latchkey may have a newer version.",
        )
    }
}
