use latchkey_model::scope::ScopeName;
use thiserror::Error;

/// A scope that a key cannot have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeRefused {
    /// It is neither defined by the organization nor built in.
    #[error("{0} is not defined")]
    Undefined(ScopeName),
    /// It is built in, and only administrators grant it.
    #[error("{0} is granted by administrators alone")]
    NotGranted(ScopeName),
}
