use std::{io, net::SocketAddr};

use latchkey_credentials::{
    OpenError, StorageError,
    backup::{AfterRestoreError, BackUpError, RestoreError},
    move_database::MoveError,
    sessions::{RecoveryLinkError, SetUpError},
    signing::SigningKeysError,
};
use thiserror::Error;

use crate::{cli::control_socket::ControlError, observability::traces::TracesError, settings::SettingError};

/// Why a command ended without doing its work. Each is one line for the operator.
#[derive(Debug, Error)]
pub enum CommandError {
    /// A setting.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The engine could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The port, most likely, is in use.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// Where metrics were asked for.
    #[error("cannot serve metrics on {0}: {1}")]
    ListenForMetrics(SocketAddr, io::Error),
    /// The metrics themselves.
    #[error("cannot count: {0}")]
    Metrics(#[from] prometheus::Error),
    /// The traces.
    #[error(transparent)]
    Traces(#[from] TracesError),
    /// The server that has the database did not do what was asked.
    #[error(transparent)]
    ControlSocket(#[from] ControlError),
    /// The first administrator, from the environment, was refused.
    #[error("the first administrator cannot be created: {0}")]
    FirstAdministrator(#[from] SetUpError),
    /// Nobody has this address.
    #[error("there is no member with this e-mail address")]
    UnknownMember,
    /// The signing keys.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No backup was made.
    #[error(transparent)]
    BackUp(#[from] BackUpError),
    /// No backup was restored.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// What came back with a restored database was not ended.
    #[error(transparent)]
    AfterRestore(#[from] AfterRestoreError),
    /// The signing keys of a restored database are sealed, and what opens them is not there.
    #[error(
        "the sealing key does not belong to the restored database: give the one of that time as LATCHKEY_SEALING_KEY; if it is \
         lost, --forget-signing-keys makes new signing keys"
    )]
    OtherSealingKey,
    /// Nobody is there to be asked.
    #[error(
        "say what is to become of the keys that were active, some of which may have been deactivated since: \
         --deactivate-all or --keep-active"
    )]
    Undecided,
    /// The installation was not moved.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// The server itself, while it ran.
    #[error("the server has failed: {0}")]
    Server(io::Error),
}

impl From<RecoveryLinkError> for CommandError {
    fn from(error: RecoveryLinkError) -> Self {
        match error {
            // The operator needs no role, so only the first of these can come.
            RecoveryLinkError::Unknown | RecoveryLinkError::NotAllowed(_) => Self::UnknownMember,
            RecoveryLinkError::Storage(error) => Self::Storage(error),
        }
    }
}
