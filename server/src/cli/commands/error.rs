use std::{io, net::SocketAddr};

use latchkey_engine::{
    OpenError, StorageError,
    operations::backup::{AfterRestoreError, BackUpError, RestoreError},
    operations::move_database::MoveError,
    people::{RecoveryLinkError, SetUpError},
    signing::SigningKeysError,
};
use thiserror::Error;

use crate::{cli::control_socket::ControlError, observability::traces::TracesError, settings::SettingError};

/// Why a command failed. Each message is one line for the operator.
#[derive(Debug, Error)]
pub enum CommandError {
    /// A setting cannot be used.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The engine could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The address cannot be bound; most likely the port is in use.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The address for metrics cannot be bound.
    #[error("cannot serve metrics on {0}: {1}")]
    ListenForMetrics(SocketAddr, io::Error),
    /// A metric cannot be registered.
    #[error("cannot register metrics: {0}")]
    Metrics(#[from] prometheus::Error),
    /// Traces cannot be exported.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// The server that has the database open did not run the command.
    #[error(transparent)]
    ControlSocket(#[from] ControlError),
    /// The first administrator, from the environment, was refused.
    #[error("the first administrator cannot be created: {0}")]
    FirstAdministrator(#[from] SetUpError),
    /// No member has this e-mail address.
    #[error("there is no member with this e-mail address")]
    UnknownMember,
    /// The signing keys cannot be used.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// The database reported an error.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The backup was not made.
    #[error(transparent)]
    BackUp(#[from] BackUpError),
    /// The backup was not restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// What a restored database has revived was not revoked.
    #[error(transparent)]
    AfterRestore(#[from] AfterRestoreError),
    /// The sealing key does not open the signing keys of the restored database.
    #[error(
        "the sealing key does not belong to the restored database: set LATCHKEY_SEALING_KEY to the one that was in use \
         when the backup was made; if it is lost, --forget-signing-keys creates new signing keys"
    )]
    OtherSealingKey,
    /// A decision is needed, and standard input is not a terminal.
    #[error(
        "decide about the active keys, some of which may have been deactivated since the backup: use --deactivate-all \
         or --keep-active"
    )]
    Undecided,
    /// The installation was not copied.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// The server failed while it was running.
    #[error("the server failed: {0}")]
    Server(io::Error),
}

impl From<RecoveryLinkError> for CommandError {
    fn from(error: RecoveryLinkError) -> Self {
        match error {
            // The operator needs no role, so `NotAllowed` does not occur here.
            RecoveryLinkError::Unknown | RecoveryLinkError::NotAllowed(_) => Self::UnknownMember,
            RecoveryLinkError::Storage(error) => Self::Storage(error),
        }
    }
}
