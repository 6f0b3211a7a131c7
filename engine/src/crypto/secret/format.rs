use latchkey_model::{id::AccessKeyId, redacted::Secret};
use zeroize::Zeroizing;

use super::prefix::{SecretPrefix, is_prefix};
use crate::{base62, random::Random};

/// A secret of the right form: `<prefix>_<id>_<43 base62: 256 random bits><6 base62: CRC-32 of all before>`.
///
/// The checksum keeps typing errors and guesses from reaching the database. It proves nothing.
pub(crate) struct ParsedSecret<'a> {
    /// The ID of the key to which the secret claims to belong.
    pub(crate) id: AccessKeyId,
    /// The whole text, which is hashed.
    pub(crate) text: &'a str,
}

const TAIL_WIDTH: usize = base62::WIDTH_256 + base62::WIDTH_32;

impl<'a> ParsedSecret<'a> {
    /// Parses a presented text. Returns `None` if it is not a secret of this format.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        let (head, tail) = text.rsplit_once('_')?;
        if tail.len() != TAIL_WIDTH {
            return None;
        }
        let (random, checksum) = tail.split_at(base62::WIDTH_256);
        let checked = &text[..text.len() - base62::WIDTH_32];
        if !base62::is_256(random) || base62::decode_32(checksum)? != crc32fast::hash(checked.as_bytes()) {
            return None;
        }
        // A prefix has no underscore, and an ID has exactly one.
        let (prefix, id) = head.split_once('_')?;
        is_prefix(prefix).then_some(Self { id: id.parse().ok()?, text })
    }
}

/// Generates the secret of a new key.
pub(crate) fn generate(prefix: &SecretPrefix, id: &AccessKeyId, random: &dyn Random) -> Secret {
    let mut text = Zeroizing::new(format!("{prefix}_{id}_"));
    // Allocated with its final size: a string that grows leaves copies in memory.
    text.reserve_exact(TAIL_WIDTH);
    text.push_str(&Zeroizing::new(random.token()));
    let checksum = crc32fast::hash(text.as_bytes());
    text.push_str(&base62::encode_32(checksum));
    Secret::from(std::mem::take(&mut *text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::OsRandom;

    /// Randomness chosen by the test.
    struct Chosen([u8; 32]);

    impl Random for Chosen {
        fn fill(&self, bytes: &mut [u8]) {
            for (byte, chosen) in bytes.iter_mut().zip(self.0.iter().cycle()) {
                *byte = *chosen;
            }
        }
    }

    proptest! {
        #[test]
        fn the_parser_never_panics(text in any::<String>(), tail in "[0-9A-Za-z_]{0,120}") {
            let _ = ParsedSecret::parse(&text);
            let _ = ParsedSecret::parse(&format!("lk_ak_{tail}"));
        }

        #[test]
        fn a_generated_secret_is_parsed(prefix in "[a-z0-9]{1,16}", id in "(ak|oc)_[0-9A-Za-z]{12}", random in any::<[u8; 32]>()) {
            let id: AccessKeyId = id.parse().unwrap();
            let secret = generate(&prefix.parse().unwrap(), &id, &Chosen(random));
            let parsed = ParsedSecret::parse(secret.expose()).unwrap();
            prop_assert_eq!(&parsed.id, &id);
            prop_assert_eq!(parsed.text, secret.expose());
        }

        #[test]
        fn a_changed_character_at_any_position_is_refused(
            random in any::<[u8; 32]>(), position in any::<prop::sample::Index>(), other in any::<char>(),
        ) {
            let id: AccessKeyId = "ak_7Hq2mV9cXw4T".parse().unwrap();
            let secret = generate(&SecretPrefix::default(), &id, &Chosen(random));
            let mut characters: Vec<char> = secret.expose().chars().collect();
            let position = position.index(characters.len());
            prop_assume!(characters[position] != other);
            characters[position] = other;
            prop_assert!(ParsedSecret::parse(&characters.into_iter().collect::<String>()).is_none());
        }
    }

    fn secret() -> (AccessKeyId, Secret) {
        let id: AccessKeyId = "oc_7Hq2mV9cXw4T".parse().unwrap();
        let secret = generate(&SecretPrefix::default(), &id, &OsRandom);
        (id, secret)
    }

    #[test]
    fn a_generated_secret_has_its_fixed_width_and_names_its_key() {
        let (id, secret) = secret();
        assert_eq!(secret.expose().len(), "lk_oc_7Hq2mV9cXw4T_".len() + 49);
        assert!(secret.expose().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        assert_eq!(ParsedSecret::parse(secret.expose()).unwrap().id, id);
    }

    #[test]
    fn every_single_character_change_is_refused_by_the_checksum() {
        let (_, secret) = secret();
        let text = secret.expose();
        let digits = base62::DIGITS.iter().map(|&digit| char::from(digit));
        let replacements: Vec<char> = digits.chain(['_', '-', '+', '%', ' ', 'é']).collect();
        for position in 0..text.len() {
            for replacement in replacements.iter().filter(|&&replacement| !text[position..].starts_with(replacement)) {
                let changed = format!("{}{replacement}{}", &text[..position], &text[position + 1..]);
                assert!(ParsedSecret::parse(&changed).is_none(), "a change at {position} passed");
            }
        }
    }

    #[test]
    fn a_secret_with_another_prefix_is_parsed() {
        let id: AccessKeyId = "ak_7Hq2mV9cXw4T".parse().unwrap();
        let secret = generate(&"acme1".parse().unwrap(), &id, &OsRandom);
        assert_eq!(ParsedSecret::parse(secret.expose()).unwrap().id, id);
    }

    #[test]
    fn other_texts_are_refused() {
        let (_, secret) = secret();
        for text in
            ["", "_", "__", "lk", "ключ_ключ", &secret.expose()[1..], &format!("{} ", secret.expose()), &"_".repeat(70)]
        {
            assert!(ParsedSecret::parse(text).is_none(), "{text:?} was accepted");
        }
    }
}
