use aws_lc_rs::{constant_time, digest};

/// 32 bits of a secret's SHA-256, stored beside its argon2 hash: argon2 runs only if the tag matches, so that
/// wrong guesses cost no hash. The tag leaves 224 of the secret's 256 bits unknown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretTag(u32);

impl SecretTag {
    /// Computes the tag of a secret's whole text.
    pub(crate) fn new(text: &str) -> Self {
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        let mut first = [0; 4];
        first.copy_from_slice(&digest.as_ref()[..4]);
        Self(u32::from_be_bytes(first))
    }

    /// Compares in constant time.
    pub(crate) fn matches(self, other: Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0.to_be_bytes(), &other.0.to_be_bytes()).is_ok()
    }
}

impl From<SecretTag> for u32 {
    fn from(tag: SecretTag) -> Self {
        tag.0
    }
}

impl From<u32> for SecretTag {
    fn from(stored: u32) -> Self {
        Self(stored)
    }
}
