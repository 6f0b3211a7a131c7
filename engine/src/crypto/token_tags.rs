//! The tag at the end of each token of a browser or a link. A tag cannot be created without the key, so a guessed token
//! is refused without a query of the database.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

use crate::{base62, crypto::sealing::SealingKeys, random::Random};

/// The number of base62 digits of a tag: 131 bits.
const TAG_LENGTH: usize = 22;

/// The purpose of a token. A tag of one kind is wrong on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A session of a member.
    Session,
    /// A browser that a member has signed in with.
    Device,
    /// A one-time link.
    Link,
}

impl TokenKind {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Session => b"session\0",
            Self::Device => b"device\0",
            Self::Link => b"link\0",
        }
    }
}

/// Creates and checks tags. All nodes derive the same key from the sealing key. Tags of the previous sealing key are
/// accepted for as long as that one is configured.
pub(crate) struct TokenTags {
    current: hmac::Key,
    previous: Option<hmac::Key>,
}

impl TokenTags {
    pub(crate) fn new(sealing: &SealingKeys) -> Self {
        const PURPOSE: &str = "latchkey: tags of tokens";
        Self {
            current: sealing.current.derive(PURPOSE),
            previous: sealing.previous.as_ref().map(|key| key.derive(PURPOSE)),
        }
    }

    /// Creates a token: 256 random bits and their tag, in letters and digits.
    pub(crate) fn make(&self, kind: TokenKind, random: &dyn Random) -> String {
        let mut token = random.token();
        let tag = tag(&self.current, kind, &token);
        token.push_str(&tag);
        token
    }

    /// Returns whether Latchkey created a token for this purpose. It may have ended since.
    pub(crate) fn is_genuine(&self, kind: TokenKind, token: &str) -> bool {
        let Some((random, given)) = token.split_at_checked(base62::WIDTH_256) else { return false };
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().any(|key| {
            let right = tag(key, kind, random);
            verify_slices_are_equal(right.as_bytes(), given.as_bytes()).is_ok()
        })
    }
}

fn tag(key: &hmac::Key, kind: TokenKind, random: &str) -> String {
    let mut context = hmac::Context::with_key(key);
    context.update(kind.label());
    context.update(random.as_bytes());
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    // The last digits, because the first digit is not uniformly distributed.
    base62::encode_256(&digest).split_off(base62::WIDTH_256 - TAG_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{crypto::sealing::SealingKey, random::OsRandom};

    fn tags(current: [u8; 32], previous: Option<[u8; 32]>) -> TokenTags {
        let key = |bytes| SealingKey::from_bytes(bytes);
        TokenTags::new(&SealingKeys { current: key(current), previous: previous.map(key) })
    }

    #[test]
    fn a_token_is_genuine_only_with_the_same_key_and_purpose() {
        let (one, other) = (tags([1; 32], None), tags([2; 32], None));
        let token = one.make(TokenKind::Session, &OsRandom);
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(
            one.is_genuine(TokenKind::Session, &token) && tags([1; 32], None).is_genuine(TokenKind::Session, &token)
        );
        assert!(!other.is_genuine(TokenKind::Session, &token));
        for kind in [TokenKind::Device, TokenKind::Link] {
            assert!(!one.is_genuine(kind, &token), "{kind:?}");
        }
        assert_ne!(token, one.make(TokenKind::Session, &OsRandom));
    }

    #[test]
    fn a_changed_token_is_not_genuine() {
        let tags = tags([1; 32], None);
        let token = tags.make(TokenKind::Link, &OsRandom);
        for position in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[position] = if changed[position] == b'0' { b'1' } else { b'0' };
            assert!(!tags.is_genuine(TokenKind::Link, std::str::from_utf8(&changed).unwrap()), "{position}");
        }
        let random = OsRandom;
        let random: &dyn Random = &random;
        for other in ["", "é", &random.token(), &token[..token.len() - 1], &format!("{token}0"), &"é".repeat(33)] {
            assert!(!tags.is_genuine(TokenKind::Link, other), "{other}");
        }
    }

    #[test]
    fn tags_of_the_previous_sealing_key_are_accepted_but_not_created() {
        let before = tags([1; 32], None).make(TokenKind::Session, &OsRandom);
        let replaced = tags([2; 32], Some([1; 32]));
        assert!(replaced.is_genuine(TokenKind::Session, &before));
        let after = replaced.make(TokenKind::Session, &OsRandom);
        assert!(tags([2; 32], None).is_genuine(TokenKind::Session, &after));
        assert!(!tags([2; 32], None).is_genuine(TokenKind::Session, &before));
    }
}
