use latchkey_credentials::signing::Rotation;
use serde::{Deserialize, Serialize};

/// What a command asks of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum ControlRequest {
    /// `latchkey organization create`.
    // With braces, because serde accepts unknown fields beside a name alone.
    OrganizationCreate {},
    /// `latchkey reset-password EMAIL`.
    ResetPassword {
        /// The member's address, as it was written.
        email: String,
    },
    /// `latchkey rotate-signing-keys`.
    RotateSigningKeys {
        /// How soon the new key signs.
        rotation: RequestedRotation,
    },
}

/// [`Rotation`] as it is sent.
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
    /// The command's name, for the log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::OrganizationCreate {} => "organization create",
            Self::ResetPassword { .. } => "reset-password",
            Self::RotateSigningKeys { .. } => "rotate-signing-keys",
        }
    }
}

/// What the server answers. No `Debug`: a link opens an account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ControlReply {
    /// The one-time link that was made.
    Link(String),
    /// The signing keys were rotated.
    Rotated,
    /// Nothing was done, and why in one line.
    Refused(String),
}
