//! The properties that the cursors of keys and histories must have for every input: [`crate::fuzzing`].

use super::{history, list};

/// Panics if an accepted cursor is written as one that means something else.
pub(crate) fn check_cursors(text: &str) {
    if let Ok(position) = list::parse_cursor(text) {
        assert_eq!(list::parse_cursor(&list::write_cursor(position.clone())), Ok(position));
    }
    if let Ok(cursor) = history::parse_cursor(text) {
        assert_eq!(history::parse_cursor(&history::write_cursor(&cursor)), Ok(cursor));
    }
}
