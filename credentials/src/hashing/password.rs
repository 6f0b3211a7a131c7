use latchkey_model::redacted::Password;
use thiserror::Error;

/// The shortest password, in characters (NIST SP 800-63B-4 §3.1.1.2 asks for 15 or a second factor, OWASP for 8).
const SHORTEST: usize = 12;

/// The longest password, in characters.
const LONGEST: usize = 256;

/// Why a password was not taken. The texts stand at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Under 12 characters.
    #[error("Use at least 12 characters.")]
    TooShort,
    /// Over 256 characters.
    #[error("Use at most 256 characters.")]
    TooLong,
    /// Among the first that an attacker tries.
    #[error("This password is too easy to guess. A few unrelated words are better.")]
    Common,
}

/// Refuses what is too short, too long or easily guessed, the account's own words included.
///
/// # Errors
/// [`WeakPassword`] says what to tell at the field.
pub(crate) fn check_strength(password: &Password, own_words: &[&str]) -> Result<(), WeakPassword> {
    let length = password.expose().chars().count();
    if length < SHORTEST {
        return Err(WeakPassword::TooShort);
    }
    if length > LONGEST {
        return Err(WeakPassword::TooLong);
    }
    // zxcvbn's time grows with the square of the length: what stands beyond 100 characters makes nothing weaker.
    let beginning: String = password.expose().chars().take(100).collect();
    let beginning = zeroize::Zeroizing::new(beginning);
    let own_words: Vec<_> = own_words.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect();
    if zxcvbn::zxcvbn(&beginning, &own_words).score() < zxcvbn::Score::Three {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), WeakPassword> {
        check_strength(&Password::from(text.to_owned()), &["ana@northwind.example", "Northwind Freight"])
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(check("short-pass1"), Err(WeakPassword::TooShort));
        assert_eq!(check("größe-über-ärger-naß"), Ok(()));
        assert_eq!(check(&"9fK2 vTq! ".repeat(25)), Ok(()));
        assert_eq!(check(&"x".repeat(257)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn common_passwords_and_the_accounts_own_words_are_refused() {
        for text in ["password1234", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa", "iloveyou1234", "northwind123"] {
            assert_eq!(check(text), Err(WeakPassword::Common), "{text}");
        }
    }
}
