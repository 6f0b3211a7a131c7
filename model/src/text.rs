//! One canonical form for typed texts. Unicode can write many texts in more than one way, and systems differ in which one they
//! send: macOS may send `u` and a combining diaeresis where Windows sends `ü`.

use std::borrow::Cow;

/// Normalizes a text to Normalization Form C (UAX #15). Without the feature `unicode`, which the browser does not have, the
/// text is not changed: the server normalizes it.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    form::nfc(text)
}

#[cfg(feature = "unicode")]
pub use form::fold;

#[cfg(feature = "unicode")]
mod form {
    use std::borrow::Cow;

    use unicase::UniCase;
    use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

    pub(super) fn nfc(text: &str) -> Cow<'_, str> {
        match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => Cow::Borrowed(text),
            _ => Cow::Owned(text.nfc().collect()),
        }
    }

    const COMBINING_DOT_ABOVE: char = '\u{307}';

    /// Applies full case folding to a text (Unicode §3.13, canonical caseless matching), so that `STRASSE` equals `straße`. The
    /// four i of Turkish become one: someone who searches for `istanbul` means `İstanbul` as well.
    #[must_use]
    pub fn fold(text: &str) -> String {
        let decomposed: String = text.nfd().collect();
        let mut folded = String::with_capacity(decomposed.len());
        for character in UniCase::unicode(decomposed).to_folded_case().chars() {
            match character {
                'ı' => folded.push('i'),
                COMBINING_DOT_ABOVE if folded.ends_with('i') => {}
                _ => folded.push(character),
            }
        }
        nfc(&folded).into_owned()
    }

    #[cfg(test)]
    mod tests {
        use proptest::prelude::*;

        use super::*;

        #[test]
        fn texts_that_differ_only_in_case_or_form_fold_alike() {
            for [one, other] in [
                ["Lager Süd", "LAGER SU\u{308}D"],
                ["straße", "STRASSE"],
                ["ΣΊΣΥΦΟΣ", "σίσυφος"],
                ["σίσυφοσ", "σίσυφος"],
                ["İstanbul", "istanbul"],
                ["I\u{307}stanbul", "ISTANBUL"],
                ["ısparta", "ISPARTA"],
                ["ﬁle", "FILE"],
                ["Å", "\u{212b}"],
                ["\u{1e9e}", "ss"],
            ] {
                assert_eq!(fold(one), fold(other), "{one} {other}");
            }
            assert_ne!(fold("Süd"), fold("Sud"));
        }

        proptest! {
            #[test]
            fn unicode_forms_fold_alike_and_folding_is_idempotent(text in any::<String>()) {
                let folded = fold(&text);
                prop_assert_eq!(fold(&text.nfd().collect::<String>()), &*folded);
                prop_assert_eq!(fold(&nfc(&text)), &*folded);
                prop_assert_eq!(fold(&folded), &*folded);
            }
        }
    }
}

#[cfg(not(feature = "unicode"))]
mod form {
    use std::borrow::Cow;

    pub(super) fn nfc(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }
}
