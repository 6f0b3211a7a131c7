use thiserror::Error;

/// Why a row is not a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum NoKey {
    #[error("a column has another type")]
    Unreadable,
    #[error("the algorithm is unknown")]
    Algorithm,
    #[error("it was not sealed by this installation, or was changed since")]
    Seal,
    #[error("the sealed text is not a private key of this algorithm")]
    PrivateKey,
    #[error("the ID is not the thumbprint of the key")]
    Thumbprint,
}
