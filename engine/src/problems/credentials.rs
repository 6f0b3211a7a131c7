use latchkey_model::problem::{Problem, ProblemKind};
use latchkey_store::line_with_sources;

use crate::{
    signing::SigningFailed,
    verification::{ValidateError, VerifyError},
};

impl From<VerifyError> for Problem {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Refused => Problem::new(ProblemKind::InvalidCredential),
            VerifyError::Overloaded(error) => error.into(),
            VerifyError::Storage(error) => error.into(),
        }
    }
}

impl From<SigningFailed> for Problem {
    fn from(error: SigningFailed) -> Self {
        tracing::error!(error = line_with_sources(&error), "a token was not signed");
        Problem::new(ProblemKind::Internal)
    }
}

impl From<ValidateError> for Problem {
    fn from(error: ValidateError) -> Self {
        match error {
            ValidateError::TooManyAttempts(error) => error.into(),
            ValidateError::Overloaded(error) => error.into(),
            ValidateError::Storage(error) => error.into(),
        }
    }
}
