//! What must hold of the cursors of keys and histories, whatever the input: [`crate::fuzzing`].

use super::{history, list};

/// Panics if a cursor that is accepted is written as one that means something else.
pub(crate) fn check_cursors(text: &str) {
    if let Ok(place) = list::parse_cursor(text) {
        assert_eq!(list::parse_cursor(&list::write_cursor(place.clone())), Ok(place));
    }
    if let Ok(place) = history::parse_place(text) {
        assert_eq!(history::parse_place(&history::write_place(&place)), Ok(place));
    }
}
