use latchkey_credentials::{
    MissingScope,
    scopes::{DefineScopeError, DeleteScopeError, ScopeRefused},
};
use latchkey_model::problem::{Field, Problem, ProblemKind};

use super::{IntoProblem, no_such, taken};

impl IntoProblem for DefineScopeError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Name(error) => Problem::at_field(Field::Name, error.to_string()),
            Self::Description(error) => Problem::at_field(Field::Description, error.to_string()),
            Self::BuiltIn => taken(Field::Name, "This scope is one of Latchkey's own. Choose another name."),
            Self::Limit(error) => error.into_problem(),
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for DeleteScopeError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Unknown => no_such("scope"),
            Self::Carried(keys) => {
                let keys = if keys == 1 { "One key carries".to_owned() } else { format!("{keys} keys carry") };
                let detail = format!("{keys} this scope. Take it off them first; deleted keys count for 30 days.");
                Problem::with_detail(ProblemKind::Conflict, detail)
            }
            Self::NotAllowed(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for ScopeRefused {
    fn into_problem(self) -> Problem {
        match self {
            Self::Undefined(name) => {
                Problem::at_field(Field::Scopes, format!("There is no scope {name}. Define it first."))
            }
            Self::NotGranted(name) => {
                let detail = format!("Only an administrator who is signed in can grant {name}.");
                Problem::with_detail(ProblemKind::NotAllowed, detail)
            }
        }
    }
}

impl IntoProblem for MissingScope {
    fn into_problem(self) -> Problem {
        Problem::with_detail(ProblemKind::InsufficientScope, "The credential lacks the scope access-keys:manage.")
    }
}
