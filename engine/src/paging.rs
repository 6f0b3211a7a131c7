//! Pages of lists. Each page begins after the last entry of the previous page, found by an index, so that the thousandth page costs
//! as much as the first.

use latchkey_store::StorageError;
use thiserror::Error;

/// The default number of entries of a page.
const DEFAULT: u32 = 50;
/// The maximum number of entries of a page.
const LARGEST: u32 = 200;

/// No page can be requested in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPage {
    /// The cursor is not one that a previous page returned.
    #[error("the cursor is not from a previous page")]
    Cursor,
    /// The limit is not 1 to 200.
    #[error("a page has 1 to 200 entries")]
    Limit,
}

/// Why no page of a list was returned.
#[derive(Debug, Error)]
pub enum ListError {
    /// The cursor or the limit.
    #[error(transparent)]
    Page(#[from] InvalidPage),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Parses a cursor that is the name of the last entry.
pub(crate) fn parse_cursor<T, E>(
    cursor: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, InvalidPage> {
    cursor.map(parse).transpose().map_err(|_| InvalidPage::Cursor)
}

/// The number of entries of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize(u32);

impl PageSize {
    /// The default size.
    pub(crate) const DEFAULT: Self = Self(DEFAULT);

    /// Checks a requested size.
    pub(crate) fn new(limit: Option<u32>) -> Result<Self, InvalidPage> {
        let size = limit.unwrap_or(DEFAULT);
        if (1..=LARGEST).contains(&size) { Ok(Self(size)) } else { Err(InvalidPage::Limit) }
    }

    /// Returns how many entries to read: one more than is shown, to know whether there is a next page.
    pub(crate) fn and_one(self) -> u32 {
        self.0 + 1
    }

    /// Returns the entries of the page, and the position of the last one if others follow it.
    pub(crate) fn cut<T, P>(self, mut entries: Vec<T>, position: impl FnOnce(&T) -> P) -> (Vec<T>, Option<P>) {
        let has_more = entries.len() > self.0 as usize;
        entries.truncate(self.0 as usize);
        let last = entries.last().filter(|_| has_more).map(position);
        (entries, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_requested_size_within_bounds() {
        for (limit, size) in [(None, 50), (Some(1), 1), (Some(7), 7), (Some(200), 200)] {
            assert_eq!(PageSize::new(limit).unwrap().and_one(), size + 1, "{limit:?}");
        }
        for limit in [0, 201, u32::MAX] {
            assert_eq!(PageSize::new(Some(limit)).unwrap_err(), InvalidPage::Limit, "{limit}");
        }
    }

    #[test]
    fn only_a_page_with_a_next_page_has_a_cursor() {
        let size = PageSize::new(Some(2)).unwrap();
        assert_eq!(size.cut(vec![1, 2], |last| *last), (vec![1, 2], None));
        assert_eq!(size.cut(vec![1, 2, 3], |last| *last), (vec![1, 2], Some(2)));
        assert_eq!(size.cut(Vec::<i32>::new(), |last| *last), (vec![], None));
    }
}
