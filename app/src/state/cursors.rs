//! Which page of a list is shown, by the cursors that lead to it.

/// The cursors of the pages after the first, up to the one that is shown. Empty for the first page.
pub type Cursors = Vec<String>;

/// What a list does after entries of its page were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refill {
    /// It shows what is left of the page.
    None,
    /// It loads the page again: the entries of the next one have moved up.
    Reload,
    /// It shows the page before.
    Previous,
}

/// Returns how to go on where `entries` are left on the page.
pub const fn refill(entries: usize, has_next: bool, has_previous: bool) -> Refill {
    match (entries, has_next, has_previous) {
        (0, true, _) => Refill::Reload,
        (0, false, true) => Refill::Previous,
        _ => Refill::None,
    }
}

/// Returns the cursors of the page before.
pub fn previous(mut cursors: Cursors) -> Cursors {
    cursors.pop();
    cursors
}

/// Returns the cursors of the page that `next` leads to.
pub fn next(mut cursors: Cursors, next: String) -> Cursors {
    cursors.push(next);
    cursors
}

/// Returns the number of the page, counted from one.
pub const fn number(cursors: &Cursors) -> usize {
    cursors.len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_turned_back_the_way_they_came() {
        let second = next(Cursors::new(), "b".to_owned());
        let third = next(second.clone(), "c".to_owned());
        assert_eq!((number(&Cursors::new()), number(&second), number(&third)), (1, 2, 3));
        assert_eq!(third.last().map(String::as_str), Some("c"), "the cursor to request");
        assert_eq!(previous(third), second);
        assert_eq!(previous(second), Cursors::new());
        assert_eq!(previous(Cursors::new()), Cursors::new());
    }

    #[test]
    fn an_emptied_page_gives_way_to_another_one() {
        assert_eq!(refill(0, true, true), Refill::Reload);
        assert_eq!(refill(0, true, false), Refill::Reload);
        assert_eq!(refill(0, false, true), Refill::Previous);
        assert_eq!(refill(0, false, false), Refill::None, "the list is empty");
        assert_eq!(refill(1, true, true), Refill::None);
    }
}
