//! Commands that work whether or not a server is running. If a server has the SQLite database open, that server runs
//! them.

use latchkey_engine::{DatabaseError, Engine, OpenError};

use super::{error::CommandError, open_engine::open_engine};
use crate::{
    cli::control_socket::{self, ControlReply, ControlRequest},
    settings::{SettingNotice, Settings},
};

/// Runs a command in this process, or sends it to the server that has the database open.
pub(super) async fn run(mut settings: Settings, request: ControlRequest) -> Result<ControlReply, CommandError> {
    match open_engine(&mut settings).await {
        Ok(engine) => {
            let reply = execute(&engine, request).await;
            engine.close().await;
            reply
        }
        Err(OpenError::Database(DatabaseError::InUse(database))) => {
            for option in settings.command_line_options {
                let because = "the running server has its own settings";
                tracing::warn!("{}", SettingNotice::not_used(&format!("--{option}"), because));
            }
            Ok(control_socket::send_request(&database, &request).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Runs a command that another process has sent. Links go into the reply and not into the log.
pub(super) async fn answer_delegated(engine: Engine, request: ControlRequest) -> ControlReply {
    let command = request.name();
    match execute(&engine, request).await {
        Ok(reply) => {
            tracing::info!(command, "ran a command for another process");
            reply
        }
        Err(error) => ControlReply::Refused(error.to_string().replace('\n', " ")),
    }
}

async fn execute(engine: &Engine, request: ControlRequest) -> Result<ControlReply, CommandError> {
    let link = match request {
        ControlRequest::OrganizationCreate {} => engine.people.make_set_up_link().await?,
        ControlRequest::ResetPassword { email } => engine.people.make_operator_recovery_link(&email).await?,
        ControlRequest::RotateSigningKeys { rotation } => {
            engine.signing_keys.rotate(rotation.into()).await?;
            return Ok(ControlReply::Rotated);
        }
    };
    Ok(ControlReply::Link(link.link.expose().to_owned()))
}
