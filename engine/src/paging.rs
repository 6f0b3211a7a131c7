//! Pages of lists. Each begins after the last entry of the page before, found by an index, so that the thousandth costs
//! what the first does.

use latchkey_store::StorageError;
use thiserror::Error;

/// How many entries a page has if nobody says.
const DEFAULT: u32 = 50;
/// How many entries a page has at the most.
const LARGEST: u32 = 200;

/// A cursor that no page before has given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the cursor is not one of a page before")]
pub struct InvalidCursor;

/// Why no page of a list was given.
#[derive(Debug, Error)]
pub enum ListError {
    /// The cursor is none of ours.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Reads a cursor that is the last entry's name.
pub(crate) fn parse_cursor<T, E>(
    cursor: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidCursor> {
    cursor.map(parse).transpose().map_err(|_| InvalidCursor)
}

/// How many entries a page has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize(u32);

impl PageSize {
    /// The size that is asked for, brought within 1 to 200.
    pub(crate) fn new(limit: Option<u32>) -> Self {
        Self(limit.unwrap_or(DEFAULT).clamp(1, LARGEST))
    }

    /// How many entries to read: one more than is shown tells whether there is a next page.
    pub(crate) fn and_one(self) -> u32 {
        self.0 + 1
    }

    /// The entries of the page, and the place of the last one if others follow it.
    pub(crate) fn cut<T, P>(self, mut entries: Vec<T>, place: impl FnOnce(&T) -> P) -> (Vec<T>, Option<P>) {
        let has_more = entries.len() > self.0 as usize;
        entries.truncate(self.0 as usize);
        let last = entries.last().filter(|_| has_more).map(place);
        (entries, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_long_as_was_asked_within_bounds() {
        for (limit, size) in [(None, 50), (Some(0), 1), (Some(7), 7), (Some(200), 200), (Some(u32::MAX), 200)] {
            assert_eq!(PageSize::new(limit).and_one(), size + 1, "{limit:?}");
        }
    }

    #[test]
    fn only_a_page_that_others_follow_names_its_end() {
        let size = PageSize::new(Some(2));
        assert_eq!(size.cut(vec![1, 2], |last| *last), (vec![1, 2], None));
        assert_eq!(size.cut(vec![1, 2, 3], |last| *last), (vec![1, 2], Some(2)));
        assert_eq!(size.cut(Vec::<i32>::new(), |last| *last), (vec![], None));
    }
}
