use latchkey_model::{
    problem::{Field, Problem, ProblemKind},
    token_lifetime::InvalidTokenLifetime,
};

use super::{invalid_name, not_found};
use crate::keys::{
    CreateAccessKeyError, DeleteAccessKeyError, GetAccessKeyError, KeyChangeError, ListAccessKeysError,
    ListHistoryError, RenameAccessKeyError, RestoreAccessKeyError, SetScopesError, SetStatusError,
    SetTokenLifetimeError,
};

impl From<KeyChangeError> for Problem {
    fn from(error: KeyChangeError) -> Self {
        match error {
            KeyChangeError::Unknown => not_found("key"),
            KeyChangeError::NotAllowed(error) => error.into(),
            KeyChangeError::Storage(error) => error.into(),
        }
    }
}

impl From<ListAccessKeysError> for Problem {
    fn from(error: ListAccessKeysError) -> Self {
        match error {
            ListAccessKeysError::Page(error) => error.into(),
            ListAccessKeysError::Search => Problem::at_field(Field::SEARCH, "Search for at most 200 characters."),
            ListAccessKeysError::Storage(error) => error.into(),
        }
    }
}

impl From<GetAccessKeyError> for Problem {
    fn from(error: GetAccessKeyError) -> Self {
        match error {
            GetAccessKeyError::Unknown => not_found("key"),
            GetAccessKeyError::Storage(error) => error.into(),
        }
    }
}

impl From<ListHistoryError> for Problem {
    fn from(error: ListHistoryError) -> Self {
        match error {
            ListHistoryError::Unknown => not_found("key"),
            ListHistoryError::Page(error) => error.into(),
            ListHistoryError::Storage(error) => error.into(),
        }
    }
}

impl From<CreateAccessKeyError> for Problem {
    fn from(error: CreateAccessKeyError) -> Self {
        match error {
            CreateAccessKeyError::Name(error) => invalid_name(Field::NAME, error),
            CreateAccessKeyError::ExpiryPassed => Problem::at_field(Field::EXPIRES_AT, "Choose a time in the future."),
            CreateAccessKeyError::ExpiryInSeconds => {
                Problem::at_field(Field::EXPIRES_AT, "Choose a time in the future. Is it in milliseconds?")
            }
            CreateAccessKeyError::ExpiryTooLate => {
                Problem::at_field(Field::EXPIRES_AT, "Choose a time before the year 3000. Is it in milliseconds?")
            }
            CreateAccessKeyError::Scope(error) => error.into(),
            CreateAccessKeyError::PublicKey(error) => Problem::at_field(Field::PUBLIC_KEY, error.to_string()),
            CreateAccessKeyError::KeyProof(_) => Problem::at_field(
                Field::PUBLIC_KEY_PROOF,
                "The proof must be a JWT that the key in public_key has signed for this request_id and the issuer.",
            ),
            CreateAccessKeyError::KeyPairOfApiKey => {
                Problem::at_field(Field::PUBLIC_KEY, "An API key has no key pair. Only OAuth clients do.")
            }
            CreateAccessKeyError::TokenLifetime(error) => invalid_token_lifetime(error),
            CreateAccessKeyError::TokenLifetimeOfApiKey => {
                Problem::at_field(Field::TOKEN_LIFETIME, "An API key has no access tokens. Only OAuth clients do.")
            }
            CreateAccessKeyError::AlreadyCreated(id) => {
                Problem { id: Some(id), ..Problem::new(ProblemKind::AlreadyCreated) }
            }
            CreateAccessKeyError::Overloaded(error) => error.into(),
            CreateAccessKeyError::Limit(error) => error.into(),
            CreateAccessKeyError::NotAllowed(error) => error.into(),
            CreateAccessKeyError::Storage(error) => error.into(),
        }
    }
}

impl From<RenameAccessKeyError> for Problem {
    fn from(error: RenameAccessKeyError) -> Self {
        match error {
            RenameAccessKeyError::Name(error) => invalid_name(Field::NAME, error),
            RenameAccessKeyError::Change(error) => error.into(),
        }
    }
}

impl From<SetScopesError> for Problem {
    fn from(error: SetScopesError) -> Self {
        match error {
            SetScopesError::Scope(error) => error.into(),
            SetScopesError::Change(error) => error.into(),
        }
    }
}

impl From<SetTokenLifetimeError> for Problem {
    fn from(error: SetTokenLifetimeError) -> Self {
        match error {
            SetTokenLifetimeError::TokenLifetime(error) => invalid_token_lifetime(error),
            SetTokenLifetimeError::Change(error) => error.into(),
        }
    }
}

fn invalid_token_lifetime(error: InvalidTokenLifetime) -> Problem {
    Problem::at_field(Field::TOKEN_LIFETIME, error.to_string())
}

impl From<SetStatusError> for Problem {
    fn from(error: SetStatusError) -> Self {
        match error {
            SetStatusError::Expired => {
                Problem::with_detail(ProblemKind::Conflict, "This key has expired and can no longer be activated.")
            }
            SetStatusError::Scope(error) => error.into(),
            SetStatusError::Change(error) => error.into(),
        }
    }
}

impl From<DeleteAccessKeyError> for Problem {
    fn from(error: DeleteAccessKeyError) -> Self {
        match error {
            DeleteAccessKeyError::NameDiffers => Problem::at_field(Field::NAME, "This is not the key's name."),
            DeleteAccessKeyError::Change(error) => error.into(),
        }
    }
}

impl From<RestoreAccessKeyError> for Problem {
    fn from(error: RestoreAccessKeyError) -> Self {
        match error {
            RestoreAccessKeyError::NotDeleted => {
                Problem::with_detail(ProblemKind::Conflict, "This key is not deleted.")
            }
            RestoreAccessKeyError::Change(error) => error.into(),
        }
    }
}
