use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{conflict, not_found};
use crate::keys::{
    MissingScope,
    scopes::{DefineScopeError, DeleteScopeError, ScopeRefused},
};

impl From<DefineScopeError> for Problem {
    fn from(error: DefineScopeError) -> Self {
        match error {
            DefineScopeError::Name(error) => Problem::at_field(Field::Name, error.to_string()),
            DefineScopeError::Description(error) => Problem::at_field(Field::Description, error.to_string()),
            DefineScopeError::BuiltIn => conflict(Field::Name, "This scope is built in. Choose another name."),
            DefineScopeError::Limit(error) => error.into(),
            DefineScopeError::NotAllowed(error) => error.into(),
            DefineScopeError::Storage(error) => error.into(),
        }
    }
}

impl From<DeleteScopeError> for Problem {
    fn from(error: DeleteScopeError) -> Self {
        match error {
            DeleteScopeError::Unknown => not_found("scope"),
            DeleteScopeError::InUse { name, keys } => {
                let keys = if keys == 1 { "one key".to_owned() } else { format!("{keys} keys") };
                let detail = format!("{name} is used by {keys}. Remove it first (deleted keys count for 30 days).");
                Problem::with_detail(ProblemKind::Conflict, detail)
            }
            DeleteScopeError::NotAllowed(error) => error.into(),
            DeleteScopeError::Storage(error) => error.into(),
        }
    }
}

impl From<ScopeRefused> for Problem {
    fn from(error: ScopeRefused) -> Self {
        match error {
            ScopeRefused::Undefined(name) => {
                Problem::at_field(Field::Scopes, format!("There is no scope {name}. Define it first."))
            }
            ScopeRefused::NotGranted(name) => {
                let detail = format!("Only a signed-in administrator can grant {name}.");
                Problem::with_detail(ProblemKind::NotAllowed, detail)
            }
        }
    }
}

impl From<MissingScope> for Problem {
    fn from(_: MissingScope) -> Self {
        Problem::with_detail(
            ProblemKind::InsufficientScope,
            "The credential does not have the scope access-keys:manage.",
        )
    }
}
