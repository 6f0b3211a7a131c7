//! Which keys of a list have a row in the page.

use std::ops::Range;

/// How many keys have a row at once: with many more, browsers are slow.
pub const MAX_ROWS: usize = 150;

/// By how many keys the window moves.
const STEP: usize = 50;

/// How many rows of a new list are added at a time: building all of them at once would keep a slow browser busy.
pub const BATCH: usize = 6;

/// The window of a list, newest key first: it starts at a key and has a number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many newer keys come before the window.
    pub start: usize,
    /// How many rows it may have: [`MAX_ROWS`], except while the rows of a new list are added.
    pub rows: usize,
}

impl Window {
    /// Returns the indices of the keys in the window, of `loaded` keys.
    pub fn range(self, loaded: usize) -> Range<usize> {
        let start = self.start.min(loaded);
        start..loaded.min(self.start.saturating_add(self.rows))
    }

    /// Whether newer keys come before the window.
    pub const fn has_newer(self) -> bool {
        self.start > 0
    }

    /// Whether the list goes on after the window: `loaded` keys have come, and `has_next_page` says whether the server has more.
    /// No, until all rows are added: what is under them would move with each row.
    pub const fn has_older(self, loaded: usize, has_next_page: bool) -> bool {
        self.rows == MAX_ROWS && (has_next_page || self.start < last_start(loaded))
    }

    /// Moves towards the newest key.
    pub const fn newer(self) -> Self {
        Self { start: self.start.saturating_sub(STEP), ..self }
    }

    /// Moves towards the oldest key, or returns `None` if the window is at the end of the `loaded` keys.
    pub fn older(self, loaded: usize) -> Option<Self> {
        let last = last_start(loaded);
        (self.start < last).then(|| Self { start: last.min(self.start + STEP), ..self })
    }

    /// Returns the first key that [`older`](Self::older) adds.
    pub const fn first_added(self) -> usize {
        self.start + MAX_ROWS
    }

    /// Adds a batch of rows. Once all keys of a list of `loaded` have a row, the window has [`MAX_ROWS`].
    pub fn grown(self, loaded: usize) -> Self {
        let rows = self.rows + BATCH;
        Self { rows: if rows < loaded.min(MAX_ROWS) { rows } else { MAX_ROWS }, ..self }
    }

    /// Returns the place of the keys in the list, such as "Keys 1 to 50", unless the window holds the whole list.
    pub fn label(self, loaded: usize, has_next_page: bool) -> Option<String> {
        let Range { start, end } = Self { rows: MAX_ROWS, ..self }.range(loaded);
        let is_part = self.has_newer() || self.has_older(loaded, has_next_page);
        is_part.then(|| format!("Keys {} to {end}", start + 1))
    }
}

/// Returns where the last window of `loaded` keys starts.
pub const fn last_start(loaded: usize) -> usize {
    loaded.saturating_sub(MAX_ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn full(start: usize) -> Window {
        Window { start, rows: MAX_ROWS }
    }

    #[test]
    fn a_short_list_is_in_the_window_as_a_whole() {
        for loaded in [0, 1, 50, MAX_ROWS] {
            assert_eq!(full(last_start(loaded)).range(loaded), 0..loaded);
            assert_eq!(full(0).older(loaded), None);
            assert!(!full(0).has_newer() && !full(0).has_older(loaded, false));
            assert_eq!(full(0).label(loaded, false), None);
        }
    }

    #[test]
    fn the_window_never_has_more_than_150_rows() {
        for loaded in [149, 150, 151, 199, 200, 1000] {
            let mut window = full(last_start(loaded));
            assert_eq!(window.range(loaded), loaded.saturating_sub(150)..loaded, "the latest page is in it");
            while window.has_newer() {
                window = window.newer();
                assert!(window.range(loaded).len() <= 150);
            }
            assert_eq!(window.range(loaded), 0..loaded.min(150));
        }
    }

    #[test]
    fn the_window_moves_by_50_keys_and_stops_at_the_ends() {
        assert_eq!(full(120).newer(), full(70));
        assert_eq!(full(20).newer(), full(0));
        assert_eq!(full(0).older(310), Some(full(50)));
        assert_eq!(full(100).older(310), Some(full(150)));
        assert_eq!(full(150).older(310), Some(full(160)), "no further than the last key");
        assert_eq!(full(160).older(310), None);
        assert_eq!(full(100).first_added(), 250, "the key after the last one that was in the window");
    }

    #[test]
    fn more_is_offered_for_the_next_page_and_for_keys_that_left_the_window() {
        assert!(full(0).has_older(50, true));
        assert!(!full(0).has_older(50, false));
        assert!(full(0).has_older(200, false));
        assert!(!full(50).has_older(200, false));
        assert!(!Window { start: 0, rows: 12 }.has_older(50, true), "rows are still added");
    }

    #[test]
    fn rows_are_added_in_batches_until_all_keys_have_one() {
        let mut window = Window { start: 0, rows: BATCH };
        let mut rows = Vec::new();
        while window.rows != MAX_ROWS {
            rows.push(window.range(20).len());
            window = window.grown(20);
        }
        assert_eq!(rows, [6, 12, 18]);
        assert_eq!(window.range(20), 0..20);
        assert_eq!(Window { start: 0, rows: BATCH }.grown(6), full(0));
        assert_eq!(Window { start: 0, rows: 144 }.grown(1000), full(0));
    }

    #[test]
    fn the_label_names_the_keys_of_the_window() {
        assert_eq!(full(0).label(50, true).as_deref(), Some("Keys 1 to 50"));
        assert_eq!(full(0).label(310, false).as_deref(), Some("Keys 1 to 150"));
        assert_eq!(full(160).label(310, false).as_deref(), Some("Keys 161 to 310"));
    }

    #[test]
    fn a_list_that_got_shorter_leaves_an_empty_window() {
        assert_eq!(full(100).range(80), 80..80);
        assert_eq!(full(100).range(130), 100..130);
    }
}
