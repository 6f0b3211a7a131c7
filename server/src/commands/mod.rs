//! What the command line can do.

mod create_organization;
mod open;
mod reset_password;
mod rotate_signing_keys;
mod serve;

use std::{
    io::{self, Write},
    net::SocketAddr,
};

pub(crate) use create_organization::create_organization;
use latchkey_credentials::{
    OpenError, StorageError,
    sessions::{RecoveryLinkError, SetUpError},
    signing::SigningKeysError,
};
use latchkey_model::member::OneTimeLink;
pub(crate) use reset_password::reset_password;
pub(crate) use rotate_signing_keys::rotate_signing_keys;
pub(crate) use serve::serve;
use thiserror::Error;

use crate::{settings::SettingError, traces::TracesError};

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

/// Prints a line for the operator. Whoever has closed standard output does not want it.
fn tell(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn tell_link(introduction: &str, link: &OneTimeLink) {
    tell(&format!("{introduction} {}", link.link.expose()));
}
