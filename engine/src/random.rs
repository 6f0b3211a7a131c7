//! Randomness, behind a trait so that tests can set it.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use latchkey_store::StorageError;
use zeroize::Zeroizing;

use crate::base62;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The cryptographic random generator of the process, seeded by the operating system.
#[derive(Debug, Clone, Copy)]
pub struct OsRandom;

impl Random for OsRandom {
    #[expect(clippy::expect_used, reason = "without randomness no secret may be generated")]
    fn fill(&self, buffer: &mut [u8]) {
        SystemRandom::new().fill(buffer).expect("the operating system gives random bytes");
    }
}

/// Returns a new identifier with a prefix.
pub(crate) fn new_id<T: std::str::FromStr>(prefix: &str, random: &dyn Random) -> Result<T, StorageError> {
    let digits = random.base62_digits(latchkey_model::id::RANDOM_LENGTH);
    format!("{prefix}_{digits}").parse().map_err(|_| StorageError::Corrupt("identifier"))
}

impl dyn Random + '_ {
    /// Returns 256 random bits.
    pub(crate) fn bits_256(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.fill(&mut *bytes);
        bytes
    }

    /// Returns a random token of 256 bits, as 43 base62 digits.
    pub(crate) fn token(&self) -> String {
        base62::encode_256(&self.bits_256())
    }

    /// Returns `length` random base62 digits, each with equal probability.
    pub(crate) fn base62_digits(&self, length: usize) -> String {
        let mut digits = String::with_capacity(length);
        let mut byte = [0];
        while digits.len() < length {
            self.fill(&mut byte);
            // 248 is the largest multiple of 62 in a byte. Larger values would favour the first digits.
            if byte[0] < 248 {
                digits.push(char::from(base62::DIGITS[usize::from(byte[0] % 62)]));
            }
        }
        digits
    }
}
