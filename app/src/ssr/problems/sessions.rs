use latchkey_credentials::sessions::{
    ChangePasswordError, RecoveryLinkError, ResetPasswordError, SetUpError, SignInError,
};
use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{IntoProblem, invalid_email, invalid_name, link_ended, no_such, taken};

impl IntoProblem for SetUpError {
    fn into_problem(self) -> Problem {
        match self {
            Self::LinkEnded => link_ended(),
            Self::Organization(error) => invalid_name(Field::Organization, error),
            Self::Email(error) => invalid_email(error),
            Self::EmailTaken => taken(Field::Email, "Somebody with this e-mail address has an account already."),
            Self::Password(error) => Problem::at_field(Field::Password, error.to_string()),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for SignInError {
    fn into_problem(self) -> Problem {
        match self {
            Self::WrongCredentials => Problem::new(ProblemKind::WrongCredentials),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for ChangePasswordError {
    fn into_problem(self) -> Problem {
        match self {
            Self::WrongCurrent => Problem::at_field(Field::Current, "This is not your current password."),
            Self::Password(error) => Problem::at_field(Field::New, error.to_string()),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for ResetPasswordError {
    fn into_problem(self) -> Problem {
        match self {
            Self::LinkEnded => link_ended(),
            Self::Password(error) => Problem::at_field(Field::New, error.to_string()),
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for RecoveryLinkError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("member"),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}
