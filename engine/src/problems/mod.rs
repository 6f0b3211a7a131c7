//! Engine errors as the problems that callers see: their kinds, and so their HTTP statuses, and their texts. The problem of a
//! [`StorageError`](latchkey_store::StorageError) is in the store.

mod credentials;
mod keys;
mod members;
mod scopes;
mod sessions;

use std::time::Duration;

use latchkey_model::{
    email::InvalidEmail,
    name::InvalidName,
    problem::{Field, Problem, ProblemKind},
};

use crate::{
    concurrency::Overloaded,
    limits::{LimitReached, Limited},
    paging::{InvalidPage, ListError},
    people::NotAllowed,
    rate_limit::TooManyAttempts,
};

impl From<InvalidPage> for Problem {
    fn from(error: InvalidPage) -> Self {
        match error {
            InvalidPage::Cursor => Problem::at_field(Field::CURSOR, "Unknown cursor. Start again without one."),
            InvalidPage::Limit => Problem::at_field(Field::LIMIT, "Choose between 1 and 200 entries."),
        }
    }
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Page(error) => error.into(),
            ListError::Storage(error) => error.into(),
        }
    }
}

impl From<Overloaded> for Problem {
    fn from(error: Overloaded) -> Self {
        let detail = "Latchkey is very busy. Try again in a moment.";
        Problem {
            retry_after: Some(seconds(error.retry_after)),
            ..Problem::with_detail(ProblemKind::Unavailable, detail)
        }
    }
}

impl From<TooManyAttempts> for Problem {
    fn from(error: TooManyAttempts) -> Self {
        let seconds = seconds(error.retry_after);
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let detail = format!("Too many attempts. Try again in {seconds} {unit}.");
        Problem { retry_after: Some(seconds), ..Problem::with_detail(ProblemKind::TooManyAttempts, detail) }
    }
}

impl From<LimitReached> for Problem {
    fn from(error: LimitReached) -> Self {
        let LimitReached { what, most } = error;
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

impl From<NotAllowed> for Problem {
    fn from(_: NotAllowed) -> Self {
        Problem::with_detail(ProblemKind::NotAllowed, "Only administrators can do this.")
    }
}

/// Returns whole seconds, rounded up so that the wait is long enough.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

fn invalid_name(field: Field, error: InvalidName) -> Problem {
    Problem::at_field(field, error.to_string())
}

fn invalid_email(error: InvalidEmail) -> Problem {
    Problem::at_field(Field::EMAIL, error.to_string())
}

/// A value that is valid by itself and already in use.
fn conflict(field: Field, detail: &str) -> Problem {
    Problem { field: Some(field), ..Problem::with_detail(ProblemKind::Conflict, detail) }
}

fn link_ended() -> Problem {
    Problem::new(ProblemKind::LinkEnded)
}

fn not_found(thing: &str) -> Problem {
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
}
