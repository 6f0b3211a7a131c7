//! The one place that tells an engine's error as a problem: its kind, hence its HTTP status, and its words.

mod access_keys;
mod machines;
mod members;
mod scopes;
mod sessions;

use std::{error::Error, fmt::Write, time::Duration};

use latchkey_credentials::{
    LimitReached, Limited, NotAllowed, Overloaded, StorageError, TooManyAttempts,
    paging::{InvalidCursor, ListError},
};
use latchkey_model::{
    email::InvalidEmail,
    name::InvalidName,
    problem::{Field, Problem, ProblemKind},
};

/// After how many seconds a change is worth another attempt while the database is read-only: failovers take some.
const READ_ONLY_FOR: u32 = 5;

/// An error that can be told to whoever called.
pub trait IntoProblem {
    /// The problem to tell. What is internal goes to the log, and not into the problem.
    fn into_problem(self) -> Problem;
}

/// Turns the error of a result into a [`Problem`].
pub trait OrProblem<T> {
    /// The value, or the problem to tell.
    ///
    /// # Errors
    /// [`Problem`] in place of the error.
    fn or_problem(self) -> Result<T, Problem>;
}

impl<T, E: IntoProblem> OrProblem<T> for Result<T, E> {
    fn or_problem(self) -> Result<T, Problem> {
        self.map_err(IntoProblem::into_problem)
    }
}

impl IntoProblem for StorageError {
    fn into_problem(self) -> Problem {
        // The log has one line each for the beginning and the end of these, and none for each request.
        if !matches!(self, Self::OutOfTouch | Self::ReadOnly | Self::Standby) {
            tracing::error!(error = with_sources(&self), "the database failed");
        }
        match self {
            Self::Unavailable(_) | Self::NoConnection(_) | Self::OutOfTouch | Self::Standby => {
                Problem { retry_after: Some(1), ..Problem::new(ProblemKind::Unavailable) }
            }
            Self::ReadOnly => {
                let detail = "The database is read-only at the moment. Nothing can be changed until it is not.";
                Problem { retry_after: Some(READ_ONLY_FOR), ..Problem::with_detail(ProblemKind::ReadOnly, detail) }
            }
            Self::Corrupt(_) => Problem::new(ProblemKind::Internal),
        }
    }
}

impl IntoProblem for InvalidCursor {
    fn into_problem(self) -> Problem {
        Problem::at_field(Field::Cursor, "Begin again without a cursor: this one is none of ours.")
    }
}

impl IntoProblem for ListError {
    fn into_problem(self) -> Problem {
        match self {
            Self::Cursor(error) => error.into_problem(),
            Self::Storage(error) => error.into_problem(),
        }
    }
}

impl IntoProblem for Overloaded {
    fn into_problem(self) -> Problem {
        let detail = "Latchkey is very busy. Try again in a moment.";
        Problem {
            retry_after: Some(seconds(self.retry_after)),
            ..Problem::with_detail(ProblemKind::Unavailable, detail)
        }
    }
}

impl IntoProblem for TooManyAttempts {
    fn into_problem(self) -> Problem {
        let seconds = seconds(self.retry_after);
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let detail = format!("Too many attempts. Try again in {seconds} {unit}.");
        Problem { retry_after: Some(seconds), ..Problem::with_detail(ProblemKind::TooManyAttempts, detail) }
    }
}

impl IntoProblem for LimitReached {
    fn into_problem(self) -> Problem {
        let Self { what, most } = self;
        let (setting, also) = match what {
            Limited::Keys => ("LATCHKEY_MAX_KEYS", " Deleted keys count for 30 days."),
            Limited::Scopes => ("LATCHKEY_MAX_SCOPES", ""),
            Limited::Members => ("LATCHKEY_MAX_MEMBERS", ""),
            Limited::Links => ("LATCHKEY_MAX_LINKS", ""),
        };
        let detail = format!("This organization has all the {what} that {setting} allows: {most}.{also}");
        Problem::with_detail(ProblemKind::LimitReached, detail)
    }
}

impl IntoProblem for NotAllowed {
    fn into_problem(self) -> Problem {
        Problem::with_detail(ProblemKind::NotAllowed, "Only administrators can do this.")
    }
}

/// Whole seconds, rounded up: whoever waits that long waits long enough.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

/// An error and all that caused it, on one line.
fn with_sources(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(line, ": {error}");
        source = error.source();
    }
    line
}

fn invalid_name(field: Field, error: InvalidName) -> Problem {
    Problem::at_field(field, error.to_string())
}

fn invalid_email(error: InvalidEmail) -> Problem {
    Problem::at_field(Field::Email, error.to_string())
}

/// A value that is fine by itself and taken already.
fn taken(field: Field, detail: &str) -> Problem {
    Problem { field: Some(field), ..Problem::with_detail(ProblemKind::Conflict, detail) }
}

fn link_ended() -> Problem {
    Problem::new(ProblemKind::LinkEnded)
}

fn no_such(thing: &str) -> Problem {
    Problem::with_detail(ProblemKind::NotFound, format!("There is no such {thing}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_rounded_up_to_whole_seconds() {
        assert_eq!(seconds(Duration::ZERO), 1);
        assert_eq!(seconds(Duration::from_millis(1001)), 2);
        assert_eq!(seconds(Duration::MAX), u32::MAX);
    }

    #[test]
    fn a_storage_error_tells_nothing_internal() {
        let problem = StorageError::Corrupt("password_hash").into_problem();
        assert_eq!(problem.kind, ProblemKind::Internal);
        assert!(!problem.detail.contains("password_hash"));
    }

    #[test]
    fn a_read_only_database_is_a_problem_of_its_own_kind() {
        let problem = StorageError::ReadOnly.into_problem();
        assert_eq!((problem.kind, problem.status, problem.retry_after), (ProblemKind::ReadOnly, 503, Some(5)));
        assert!(problem.detail.contains("read-only"));
    }
}
