use latchkey_credentials::access_keys::{
    CreateAccessKeyError, DeleteAccessKeyError, GetAccessKeyError, ListAccessKeysError, ListHistoryError,
    RenameAccessKeyError, RestoreAccessKeyError, SetScopesError, SetStatusError, SetTokenLifetimeError, ValidateError,
};
use latchkey_model::{
    problem::{Field, Problem, ProblemKind},
    token_lifetime::InvalidTokenLifetime,
};

use super::{IntoProblem, invalid_name, no_such};

impl IntoProblem for ListAccessKeysError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Cursor(error) => error.into_problem(),
            Self::Search => Problem::at_field(Field::Search, "Search for at most 200 characters."),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for GetAccessKeyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for ListHistoryError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::Cursor(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for CreateAccessKeyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Name(error) => invalid_name(Field::Name, error),
            Self::ExpiryPassed => Problem::at_field(Field::ExpiresAt, "Choose a moment in the future."),
            Self::ExpiryInSeconds => {
                Problem::at_field(Field::ExpiresAt, "Choose a moment in the future. Is it in milliseconds?")
            }
            Self::ExpiryTooLate => {
                Problem::at_field(Field::ExpiresAt, "Choose a moment before the year 3000. Is it in milliseconds?")
            }
            Self::Scope(error) => error.into_problem(),
            Self::PublicKey(error) => Problem::at_field(Field::PublicKey, error.to_string()),
            Self::KeyProof(_) => Problem::at_field(
                Field::PublicKeyProof,
                "The proof must be a JWT that the key of public_key has signed for this request_id and for the issuer.",
            ),
            Self::KeyPairOfApiKey => Problem::at_field(
                Field::PublicKey,
                "An API key is presented itself. Only OAuth clients have key pairs.",
            ),
            Self::TokenLifetime(error) => invalid_token_lifetime(error),
            Self::TokenLifetimeOfApiKey => {
                Problem::at_field(Field::TokenLifetime, "An API key gets no access tokens. Only OAuth clients do.")
            }
            Self::AlreadyCreated(id) => Problem { id: Some(id), ..Problem::new(ProblemKind::AlreadyCreated) },
            Self::Overloaded(error) => error.into_problem(),
            Self::Limit(error) => error.into_problem(),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for RenameAccessKeyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Name(error) => invalid_name(Field::Name, error),
            Self::Unknown => no_such("key"),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for SetScopesError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::Scope(error) => error.into_problem(),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for SetTokenLifetimeError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("client"),
            Self::TokenLifetime(error) => invalid_token_lifetime(error),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

fn invalid_token_lifetime(error: InvalidTokenLifetime) -> Problem {
    Problem::at_field(Field::TokenLifetime, error.to_string())
}

impl IntoProblem for SetStatusError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::Expired => {
                Problem::with_detail(ProblemKind::Conflict, "This key has expired and cannot be activated any more.")
            }
            Self::Scope(error) => error.into_problem(),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for DeleteAccessKeyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::NameDiffers => Problem::at_field(Field::Name, "This is not the key's name."),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for RestoreAccessKeyError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("key"),
            Self::NotDeleted => Problem::with_detail(ProblemKind::Conflict, "This key is not deleted."),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for ValidateError {
    fn into_problem(self) -> Problem {
        match self {
            Self::TooManyAttempts(error) => error.into_problem(),
            Self::Overloaded(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}
