use latchkey_credentials::{machines::VerifyError, signing::SigningFailed};
use latchkey_model::problem::{Problem, ProblemKind};

use super::{IntoProblem, with_sources};

impl IntoProblem for VerifyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Refused => Problem::new(ProblemKind::InvalidCredential),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for SigningFailed {
    fn into_problem(self) -> Problem {
        tracing::error!(error = with_sources(&self), "a token was not signed");
        Problem::new(ProblemKind::Internal)
    }
}
