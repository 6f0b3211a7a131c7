use std::{error::Error, fmt::Write};

use latchkey_model::problem::{Problem, ProblemKind};

use crate::StorageError;

/// The number of seconds after which a change may be tried again while the database is read-only. A failover takes some time.
const READ_ONLY_RETRY_AFTER: u32 = 5;

impl From<StorageError> for Problem {
    /// Logs internal details, and keeps them out of the problem.
    fn from(error: StorageError) -> Self {
        // The log has one line for the beginning and one for the end of such a failure, and no line per request.
        if !matches!(error, StorageError::OutOfTouch | StorageError::ReadOnly | StorageError::Standby) {
            tracing::error!(error = line_with_sources(&error), "the database failed");
        }
        match error {
            StorageError::Unavailable(_)
            | StorageError::NoConnection(_)
            | StorageError::OutOfTouch
            | StorageError::Standby => Self { retry_after: Some(1), ..Self::new(ProblemKind::Unavailable) },
            StorageError::ReadOnly => {
                let detail = "The database is read-only at the moment. Nothing can be changed until it is not.";
                let problem = Self::with_detail(ProblemKind::ReadOnly, detail);
                Self { retry_after: Some(READ_ONLY_RETRY_AFTER), ..problem }
            }
            StorageError::Corrupt(_) => Self::new(ProblemKind::Internal),
        }
    }
}

/// Returns an error and its causes on one line.
#[must_use]
pub fn line_with_sources(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(line, ": {error}");
        source = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reveals_no_internal_detail() {
        let problem = Problem::from(StorageError::Corrupt("password_hash"));
        assert_eq!(problem.kind, ProblemKind::Internal);
        assert!(!problem.detail.contains("password_hash"));
    }

    #[test]
    fn a_read_only_database_has_a_separate_problem_kind() {
        let problem = Problem::from(StorageError::ReadOnly);
        assert_eq!((problem.kind, problem.status, problem.retry_after), (ProblemKind::ReadOnly, 503, Some(5)));
        assert!(problem.detail.contains("read-only"));
    }
}
