use latchkey_credentials::machines::VerifyError;
use latchkey_model::problem::{Problem, ProblemKind};

use super::IntoProblem;

impl IntoProblem for VerifyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Refused => Problem::new(ProblemKind::InvalidCredential),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}
