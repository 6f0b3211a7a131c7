//! Commands that work whether the database is served or not: by this process, or, where a server has the SQLite database, by that.

use latchkey_credentials::{Engine, OpenError, storage::DatabaseError};

use super::{error::CommandError, open_engine::open_engine};
use crate::{
    cli::control_socket::{self, Reply, Request},
    settings::{Notice, Settings},
};

/// Runs a command by this process, or asks the server that has the database.
pub(super) async fn run(mut settings: Settings, request: Request) -> Result<Reply, CommandError> {
    match open_engine(&mut settings).await {
        Ok(engine) => {
            let reply = answer(&engine, request).await;
            engine.close().await;
            reply
        }
        Err(OpenError::Database(DatabaseError::InUse(database))) => {
            for option in settings.written {
                let because = "the server that runs has its own settings";
                tracing::warn!("{}", Notice::not_used(&format!("--{option}"), because));
            }
            Ok(control_socket::ask(&database, &request).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs a command that another process has asked for. Links are for that process, and not for the log.
pub(super) async fn answer_other(engine: Engine, request: Request) -> Reply {
    let command = request.name();
    match answer(&engine, request).await {
        Ok(reply) => {
            tracing::info!(command, "a command was run beside this server");
            reply
        }
        Err(error) => Reply::Refused(error.to_string().replace('\n', " ")),
    }
}

async fn answer(engine: &Engine, request: Request) -> Result<Reply, CommandError> {
    let link = match request {
        Request::OrganizationCreate {} => engine.make_set_up_link().await?,
        Request::ResetPassword { email } => engine.recovery_link_for(&email).await?,
        Request::RotateSigningKeys { rotation } => {
            engine.rotate_signing_keys(rotation.into()).await?;
            return Ok(Reply::Rotated);
        }
    };
    Ok(Reply::Link(link.link.expose().to_owned()))
}
