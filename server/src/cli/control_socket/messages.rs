use latchkey_engine::signing::Rotation;
use serde::{Deserialize, Serialize};

/// A command that a process sends to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum ControlRequest {
    /// `latchkey organization create`.
    // A struct variant, because serde accepts unknown fields on a unit variant.
    OrganizationCreate {},
    /// `latchkey reset-password EMAIL`.
    ResetPassword {
        /// The member's address, as entered.
        email: String,
    },
    /// `latchkey rotate-signing-keys`.
    RotateSigningKeys {
        /// How soon the new key signs.
        rotation: RequestedRotation,
    },
}

/// [`Rotation`] in its serialized form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RequestedRotation {
    Planned,
    EndingAllTokens,
}

impl From<Rotation> for RequestedRotation {
    fn from(rotation: Rotation) -> Self {
        match rotation {
            Rotation::Planned => Self::Planned,
            Rotation::EndingAllTokens => Self::EndingAllTokens,
        }
    }
}

impl From<RequestedRotation> for Rotation {
    fn from(rotation: RequestedRotation) -> Self {
        match rotation {
            RequestedRotation::Planned => Self::Planned,
            RequestedRotation::EndingAllTokens => Self::EndingAllTokens,
        }
    }
}

impl ControlRequest {
    /// Returns the command's name, for the log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::OrganizationCreate {} => "organization create",
            Self::ResetPassword { .. } => "reset-password",
            Self::RotateSigningKeys { .. } => "rotate-signing-keys",
        }
    }
}

/// The server's reply. It has no `Debug`, because a link gives access to an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ControlReply {
    /// The one-time link that was created.
    Link(String),
    /// The signing keys were rotated.
    Rotated,
    /// Nothing was done. The text is the reason, in one line.
    Refused(String),
}
