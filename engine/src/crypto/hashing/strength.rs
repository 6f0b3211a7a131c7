use std::iter;

use latchkey_model::{redacted::Password, text::fold};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{guessable, passwords::normalized};

/// The shortest password, in characters (NIST SP 800-63B-4 §3.1.1.2 asks for 15 or a second factor, OWASP for 8).
const SHORTEST: usize = 12;

/// The longest password, in characters.
const LONGEST: usize = 256;

/// The number of characters that are checked: zxcvbn's time grows with the square of the length, and further characters do not make
/// a password weaker.
const LOOKED_AT: usize = 100;

/// Why a password was refused. The messages are shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Under 12 characters.
    #[error("Use at least 12 characters.")]
    TooShort,
    /// Over 256 characters.
    #[error("Use at most 256 characters.")]
    TooLong,
    /// Among the first passwords that an attacker tries.
    #[error("This password is too easy to guess. A few unrelated words are better.")]
    Common,
    /// The account's address or the organization's name, and little more.
    #[error(
        "Your e-mail address and your organization's name are too easy to guess. A few unrelated words are better."
    )]
    OwnWords,
}

/// Refuses a password that is too short, too long or easily guessed. `own_texts` are the account's address and the organization's
/// name, which an attacker of this account tries first.
///
/// # Errors
/// [`WeakPassword`] has the message for the field.
pub(crate) fn check_strength(password: &Password, own_texts: &[&str]) -> Result<(), WeakPassword> {
    let password = normalized(password);
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::TooShort);
    }
    if length > LONGEST {
        return Err(WeakPassword::TooLong);
    }
    let beginning: Zeroizing<String> = Zeroizing::new(password.chars().take(LOOKED_AT).collect());
    let own_texts: Vec<String> = own_texts.iter().map(|text| fold(text)).collect();
    let own_words: Vec<&str> =
        own_texts.iter().flat_map(|text| iter::once(text.as_str()).chain(guessable::words_of(text))).collect();
    let folded = Zeroizing::new(fold(&beginning));
    if guessable::is_made_of(&folded, &own_words) {
        return Err(WeakPassword::OwnWords);
    }
    if guessable::is_common(&folded) || zxcvbn::zxcvbn(&beginning, &own_words).score() < zxcvbn::Score::Three {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> Result<(), WeakPassword> {
        check_strength(&Password::from(text.to_owned()), &["ana@northwind.example", "Northwind Freight"])
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(check("short-pass1"), Err(WeakPassword::TooShort));
        assert_eq!(check("u\u{308}o\u{308}a\u{308}u\u{308}o\u{308}a\u{308}"), Err(WeakPassword::TooShort));
        assert_eq!(check("größe-über-ärger-naß"), Ok(()));
        assert_eq!(check(&"9fK2 vTq! ".repeat(25)), Ok(()));
        assert_eq!(check(&"x".repeat(257)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn common_passwords_are_refused() {
        for text in [
            "password1234",
            "123456789012",
            "qwertyuiopas",
            "aaaaaaaaaaaa",
            "iloveyou1234",
            "1qaz2wsx3edc4rfv",
            "Counterstrike",
            "needforspeed",
            "correcthorsebatterystaple",
            "correct horse battery staple",
            "abcdefghijkl",
            "31.12.1999-01.01.2000",
        ] {
            assert_eq!(check(text), Err(WeakPassword::Common), "{text}");
        }
    }

    #[test]
    fn common_words_with_years_digits_signs_and_repetitions_are_refused() {
        for text in [
            "Welcome123456!",
            "Summer2025Summer",
            "Password2024!!",
            "P@ssw0rd2024!!",
            "P@$$w0rd123456",
            "P455word!!2024",
            "qwertyqwerty12",
            "Qwertz123456!!",
            "1234welcome1234",
            "Welc0me-2025-!!",
            "W3lc0m3_2026_#1",
            "Winter2024Winter2025",
            "SummerSummerSummer",
            "Spring-Summer-2024",
            "Januar2025!!!!",
            "Willkommen2025!",
            "Bienvenue2024!",
            "Contraseña2024",
            "Passwort12345!",
            "passwoooooord12",
            "Changeme2024!!",
            "Administrator1",
            "Admin@123456789",
            "Latchkey2026!!",
            "Sunshine2024!!",
            "Football!!1999",
            "пароль12345678",
            "パスワード12345678",
            "welcomewelcome",
            "2025Welcome2025",
            "Monday Monday 1",
            "drowssap123456",
        ] {
            assert_eq!(check(text), Err(WeakPassword::Common), "{text}");
        }
    }

    #[test]
    fn words_of_the_account_are_refused() {
        for text in [
            "northwind123",
            "ana@northwind.example",
            "ANA@Northwind.Example",
            "ana@northwind.example1",
            "Northwind-Freight-2026",
            "N0rthw1ndFre1ght!!",
            "northwindnorthwind",
            "ana.northwind.2025",
            "FreightNorthwind99",
            "northwind welcome 1",
        ] {
            assert_eq!(check(text), Err(WeakPassword::OwnWords), "{text}");
        }
        let check = |text: &str, own: &[&str]| check_strength(&Password::from(text.to_owned()), own);
        assert_eq!(
            check("müllermüller12", &["ana@xn--mller-kva.example", "ana@müller.example"]),
            Err(WeakPassword::OwnWords)
        );
        assert_eq!(check("mu\u{308}llermu\u{308}ller12", &["ana@müller.example"]), Err(WeakPassword::OwnWords));
    }

    #[test]
    fn a_passphrase_may_contain_one_word_of_the_account() {
        for text in [
            "copper heron lantern",
            "copper-heron-lantern-47",
            "violet-harbour-27-lantern",
            "northwind copper heron lantern",
            "banana lantern river quilt",
            "tangerine-41-staple-lamp",
            "correct-horse-9-battery",
            "aR7kqLmZpXw9",
            "7f3a9c2e1b4d",
            "x7Kp-93vQ-m2Lw",
            "V!8s#Lq2@Wz5",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    const UNRELATED: [&str; 24] = [
        "copper",
        "heron",
        "lantern",
        "violet",
        "harbour",
        "tangerine",
        "staple",
        "gravel",
        "thistle",
        "walnut",
        "ferry",
        "mitten",
        "quarry",
        "saddle",
        "velvet",
        "anchor",
        "bramble",
        "cobalt",
        "dapple",
        "ember",
        "fathom",
        "gable",
        "hazel",
        "juniper",
    ];

    fn is_refused_with_decoration(word: &str, year: u32, digits: &str, signs: &str) -> bool {
        let capitalized: String =
            word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
        let candidates = [
            format!("{capitalized}{year}{signs}{digits}"),
            format!("{capitalized}{digits}{signs}{year}"),
            format!("{year}{capitalized}{year}{signs}"),
            format!("{capitalized}{year}{capitalized}"),
        ];
        candidates.iter().filter(|text| text.chars().count() >= SHORTEST).all(|text| check(text).is_err())
    }

    proptest! {
        #[test]
        fn a_common_word_is_refused_with_any_decoration(
            word in prop::sample::select(guessable::base_words()),
            year in 1940_u32..2060,
            digits in "[0-9]{1,6}",
            signs in "[!.#?*-]{0,3}",
        ) {
            prop_assert!(is_refused_with_decoration(word, year, &digits, &signs), "{word}");
        }

        #[test]
        fn four_unrelated_words_pass(words in prop::sample::subsequence(UNRELATED.to_vec(), 4), sign in "[ .-]") {
            prop_assert_eq!(check(&words.join(&sign)), Ok(()));
        }

        #[test]
        fn the_check_never_panics(text in any::<String>(), own in any::<String>()) {
            let _ = check_strength(&Password::from(text), &[&own]);
        }
    }
}
