//! Detects passwords that are well known, or a well-known word with little added.

use std::{collections::HashSet, sync::LazyLock};

use zeroize::Zeroizing;

/// The most common passwords of at least 12 characters; `data/README.md` names the source.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../../data/common-passwords.txt").lines().collect());

/// Words to which people append digits and years.
static BASE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| base_words().into_iter().collect());

pub(super) fn base_words() -> Vec<&'static str> {
    include_str!("../../../data/base-words.txt").split_whitespace().collect()
}

/// The minimum number of letters of a word. Shorter runs of letters may be part of a random text.
const SHORTEST_WORD: usize = 4;

/// The minimum number of digits in a row that are a number, and do not replace letters.
const SHORTEST_NUMBER: usize = 3;

/// The minimum number of guesses, as a power of ten, for a password without years, digits and repetitions. The removed parts
/// multiply it by some hundreds or thousands.
const LEAST_GUESSES: f64 = 7.0;

/// Returns the words of a folded text of the account.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3)
}

/// Returns whether a folded password is well known, unchanged or as one of its cores.
pub(super) fn is_common(folded: &str) -> bool {
    let joined: Zeroizing<String> = Zeroizing::new(folded.chars().filter(|c| !is_separator(*c)).collect());
    let only_numbers = joined.chars().all(char::is_numeric);
    only_numbers || COMMON.contains(&**joined) || cores(folded).iter().any(Core::is_weak)
}

/// Returns whether a folded password consists of some folded words, and little more.
pub(super) fn is_made_of(folded: &str, words: &[&str]) -> bool {
    let mut words: Vec<String> = words.iter().map(|word| letters(word)).collect();
    // Shorter words are part of many others: `com` is in `welcome`.
    words.retain(|word| word.chars().count() >= SHORTEST_WORD);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    cores(folded).iter().any(|core| {
        let rest =
            words.iter().fold(Zeroizing::new(core.joined()), |rest, word| Zeroizing::new(rest.replace(word, "")));
        rest.len() < core.joined().len() && (rest.is_empty() || has_few_guesses(&rest))
    })
}

/// The core of a password, without the characters that people add to a word.
struct Core {
    /// The runs of letters, each once. A run that repeats itself is reduced to the repeated part.
    runs: Vec<Zeroizing<String>>,
    /// Whether one of the runs is a word. Without a word, only zxcvbn rates the whole password.
    has_word: bool,
}

impl Core {
    fn new(text: &str) -> Self {
        let mut core = Self { runs: Vec::new(), has_word: false };
        for run in text.split(|c: char| !c.is_alphabetic()).filter(|run| !run.is_empty()) {
            core.has_word |= run.chars().count() >= SHORTEST_WORD || is_known(run);
            let once = Zeroizing::new(if is_known(run) { run } else { period(run) }.to_owned());
            if !core.runs.contains(&once) {
                core.runs.push(once);
            }
        }
        core
    }

    fn joined(&self) -> String {
        self.runs.iter().map(|run| run.as_str()).collect()
    }

    fn is_weak(&self) -> bool {
        let joined = Zeroizing::new(self.joined());
        let is_one_or_two_known = self.runs.len() <= 2 && self.runs.iter().all(|run| is_known(run));
        self.has_word && (is_one_or_two_known || is_known(&joined) || has_few_guesses(&joined))
    }
}

fn is_known(text: &str) -> bool {
    BASE_WORDS.contains(text) || COMMON.contains(text)
}

fn has_few_guesses(text: &str) -> bool {
    zxcvbn::zxcvbn(text, &[]).guesses_log10() < LEAST_GUESSES
}

/// Returns the possible cores of a folded password: digits can be decoration, or replace letters.
fn cores(folded: &str) -> Vec<Core> {
    let undecorated = folded.trim_matches(|c: char| !c.is_alphabetic());
    let without_numbers = Zeroizing::new(without_numbers(folded));
    let mut texts = vec![Zeroizing::new(folded.to_owned())];
    for text in [folded, undecorated, &without_numbers] {
        for one in ['i', 'l'] {
            texts.push(Zeroizing::new(without_leetspeak(
                text.trim_matches(|c: char| c.is_numeric() || c.is_whitespace()),
                one,
            )));
        }
    }
    let stretched: Vec<_> =
        texts.iter().map(|text| Zeroizing::new(collapse_runs(text))).filter(|text| !texts.contains(text)).collect();
    texts.extend(stretched);
    texts.dedup();
    texts.iter().map(|text| Core::new(text)).collect()
}

/// Removes numbers, and everything after the last letter.
fn without_numbers(text: &str) -> String {
    let characters: Vec<char> = text.trim_end_matches(|c: char| !c.is_alphabetic()).chars().collect();
    let groups = characters.chunk_by(|one, next| one.is_numeric() == next.is_numeric());
    groups
        .map(|group| {
            if group[0].is_numeric() && group.len() >= SHORTEST_NUMBER {
                " ".to_owned()
            } else {
                group.iter().collect()
            }
        })
        .collect()
}

/// Replaces digits and signs by the letters that they look like.
fn without_leetspeak(text: &str, one: char) -> String {
    let letter = |character| match character {
        '0' => 'o',
        '1' | '|' | '!' => one,
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Reduces each run of three or more equal characters to one.
fn collapse_runs(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let runs = characters.chunk_by(PartialEq::eq);
    runs.flat_map(|run| if run.len() >= 3 { &run[..1] } else { run }).collect()
}

/// Returns the part that a text repeats, if it consists of at least two repetitions, the last one possibly incomplete; else the
/// text.
fn period(text: &str) -> &str {
    let bytes = text.as_bytes();
    let starts = text.char_indices().map(|(index, _)| index).skip(1).take_while(|index| *index <= text.len() / 2);
    let repeated = { starts }.find(|index| bytes[*index..] == bytes[..bytes.len() - index]);
    repeated.map_or(text, |index| &text[..index])
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '_' | '.' | ',' | '/' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_have_the_form_that_lookups_need() {
        let lines: Vec<_> = include_str!("../../../data/common-passwords.txt").lines().collect();
        assert!(lines.len() > 10_000);
        assert!(lines.is_sorted());
        for line in lines {
            assert!(
                line.len() >= 12 && !line.contains(is_separator) && latchkey_model::text::fold(line) == line,
                "{line}"
            );
        }
        for word in base_words() {
            assert_eq!(latchkey_model::text::fold(word), word);
        }
    }

    #[test]
    fn complete_and_partial_repetitions_are_found() {
        for (text, repeated) in [
            ("summersummer", "summer"),
            ("abcabca", "abc"),
            ("aaaa", "a"),
            ("summer", "summer"),
            ("ääää", "ä"),
            ("", ""),
        ] {
            assert_eq!(period(text), repeated);
        }
    }
}
