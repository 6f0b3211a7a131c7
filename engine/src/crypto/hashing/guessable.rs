//! Passwords that are well known, or a well-known word with little around it.

use std::{collections::HashSet, sync::LazyLock};

use zeroize::Zeroizing;

/// The most used passwords of at least 12 characters; `data/README.md` says where they come from.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../../data/common-passwords.txt").lines().collect());

/// Words that people put digits and years behind.
static BASE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| base_words().into_iter().collect());

pub(super) fn base_words() -> Vec<&'static str> {
    include_str!("../../../data/base-words.txt").split_whitespace().collect()
}

/// A word has at least this many letters; shorter runs of letters are parts of something random.
const SHORTEST_WORD: usize = 4;

/// This many digits in a row are a number, and do not replace letters.
const SHORTEST_NUMBER: usize = 3;

/// What remains without years, digits and repetitions must take so many guesses, as a power of ten. What was removed
/// adds some hundreds or thousands.
const LEAST_GUESSES: f64 = 7.0;

/// The words of an own text, which is folded already.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3)
}

/// Whether a folded password is well known, as it is or as one of its cores.
pub(super) fn is_common(folded: &str) -> bool {
    let joined: Zeroizing<String> = Zeroizing::new(folded.chars().filter(|c| !is_separator(*c)).collect());
    let only_numbers = joined.chars().all(char::is_numeric);
    only_numbers || COMMON.contains(&**joined) || cores(folded).iter().any(Core::is_weak)
}

/// Whether a folded password is made of some folded words, and little more.
pub(super) fn is_made_of(folded: &str, words: &[&str]) -> bool {
    let mut words: Vec<String> = words.iter().map(|word| letters(word)).collect();
    // A shorter one is in many words: `com` is in `welcome`.
    words.retain(|word| word.chars().count() >= SHORTEST_WORD);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    cores(folded).iter().any(|core| {
        let rest =
            words.iter().fold(Zeroizing::new(core.joined()), |rest, word| Zeroizing::new(rest.replace(word, "")));
        rest.len() < core.joined().len() && (rest.is_empty() || has_few_guesses(&rest))
    })
}

/// What a password is made of, without what people add to a word.
struct Core {
    /// The runs of letters, each once, and of one that repeats itself what it repeats.
    runs: Vec<Zeroizing<String>>,
    /// Whether one of them is a word. Without one, it is left to zxcvbn, which judges the whole.
    has_word: bool,
}

impl Core {
    fn of(text: &str) -> Self {
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

/// The cores that a folded password may have been made from: digits can be decoration, or stand for letters.
fn cores(folded: &str) -> Vec<Core> {
    let undecorated = folded.trim_matches(|c: char| !c.is_alphabetic());
    let without_numbers = Zeroizing::new(without_numbers(folded));
    let mut texts = vec![Zeroizing::new(folded.to_owned())];
    for text in [folded, undecorated, &without_numbers] {
        for one in ['i', 'l'] {
            texts.push(Zeroizing::new(unleeted(text.trim_matches(|c: char| c.is_numeric() || c.is_whitespace()), one)));
        }
    }
    let stretched: Vec<_> =
        texts.iter().map(|text| Zeroizing::new(shortened(text))).filter(|text| !texts.contains(text)).collect();
    texts.extend(stretched);
    texts.dedup();
    texts.iter().map(|text| Core::of(text)).collect()
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
fn unleeted(text: &str, one: char) -> String {
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
fn shortened(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let runs = characters.chunk_by(PartialEq::eq);
    runs.flat_map(|run| if run.len() >= 3 { &run[..1] } else { run }).collect()
}

/// What a text repeats, if it is one text at least twice, the last time perhaps in part; else the text.
fn period(text: &str) -> &str {
    let bytes = text.as_bytes();
    let starts = text.char_indices().map(|(place, _)| place).skip(1).take_while(|place| *place <= text.len() / 2);
    let repeated = { starts }.find(|place| bytes[*place..] == bytes[..bytes.len() - place]);
    repeated.map_or(text, |place| &text[..place])
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
    fn the_lists_are_as_they_are_looked_up() {
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
    fn a_repetition_is_found_also_in_part() {
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
