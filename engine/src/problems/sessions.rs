use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{conflict, invalid_email, invalid_name, link_ended, not_found};
use crate::people::{ChangePasswordError, RecoveryLinkError, ResetPasswordError, SetUpError, SignInError};

impl From<SetUpError> for Problem {
    fn from(error: SetUpError) -> Self {
        match error {
            SetUpError::LinkEnded => link_ended(),
            SetUpError::Organization(error) => invalid_name(Field::ORGANIZATION, error),
            SetUpError::Email(error) => invalid_email(error),
            SetUpError::EmailTaken => conflict(Field::EMAIL, "An account already uses this e-mail address."),
            SetUpError::Password(error) => Problem::at_field(Field::PASSWORD, error.to_string()),
            SetUpError::TooManyAttempts(error) => error.into(),
            SetUpError::Overloaded(error) => error.into(),
            SetUpError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongCredentials => Problem::new(ProblemKind::WrongCredentials),
            SignInError::TooManyAttempts(error) => error.into(),
            SignInError::Overloaded(error) => error.into(),
            SignInError::Storage(error) => error.into(),
        }
    }
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongCurrent => {
                Problem::at_field(Field::CURRENT, "This is not your current password.")
            }
            ChangePasswordError::Password(error) => Problem::at_field(Field::NEW, error.to_string()),
            ChangePasswordError::TooManyAttempts(error) => error.into(),
            ChangePasswordError::Overloaded(error) => error.into(),
            ChangePasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<ResetPasswordError> for Problem {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::LinkEnded => link_ended(),
            ResetPasswordError::Password(error) => Problem::at_field(Field::NEW, error.to_string()),
            ResetPasswordError::TooManyAttempts(error) => error.into(),
            ResetPasswordError::Overloaded(error) => error.into(),
            ResetPasswordError::Storage(error) => error.into(),
        }
    }
}

impl From<RecoveryLinkError> for Problem {
    fn from(error: RecoveryLinkError) -> Self {
        match error {
            RecoveryLinkError::Unknown => not_found("member"),
            RecoveryLinkError::NotAllowed(error) => error.into(),
            RecoveryLinkError::Storage(error) => error.into(),
        }
    }
}
