use std::{
    fmt, fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, RandomizedNonceKey},
    hmac,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::random::Random;

/// The key that encrypts the stored signing keys: 32 bytes, for AES-256-GCM.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealingKey([u8; 32]);

/// Why there is no sealing key. Each message is one line.
#[derive(Debug, Error)]
pub enum SealingKeyError {
    /// Not base64 of 32 bytes.
    #[error("the sealing key must be 32 bytes in base64")]
    Malformed,
    /// PostgreSQL is shared: a key that one node creates would be missing on the others.
    #[error("with PostgreSQL, set LATCHKEY_SEALING_KEY (32 bytes in base64, the same on every node)")]
    Missing,
    /// The file beside the database.
    #[error("the sealing key file cannot be used: {}: {error}", .0.display(), error = .1)]
    File(PathBuf, std::io::Error),
}

impl FromStr for SealingKey {
    type Err = SealingKeyError;

    fn from_str(text: &str) -> Result<Self, SealingKeyError> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map(Zeroizing::new).map_err(|_| SealingKeyError::Malformed)?;
        <[u8; 32]>::try_from(bytes.as_slice()).map(Self).map_err(|_| SealingKeyError::Malformed)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// Returns the configured key, or the one in the file beside the database. Creates that file if it does not exist.
    pub(crate) fn obtain(
        configured: Option<&Self>,
        file: Option<&Path>,
        random: &dyn Random,
    ) -> Result<Self, SealingKeyError> {
        if let Some(key) = configured {
            return Ok(key.clone());
        }
        let file = file.ok_or(SealingKeyError::Missing)?;
        let failed = |error| SealingKeyError::File(file.to_owned(), error);
        match fs::read_to_string(file) {
            Ok(text) => Zeroizing::new(text).parse(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self(*random.bits_256());
                let text = Zeroizing::new(BASE64_STANDARD.encode(key.0));
                let mut open = fs::OpenOptions::new();
                let mut written = open.write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
                written.write_all(text.as_bytes()).and_then(|()| written.sync_all()).map_err(failed)?;
                Ok(key)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Derives a key for one purpose: HKDF-Expand with SHA-256 (RFC 5869 §2.3), for one block.
    pub(crate) fn derive(&self, purpose: &str) -> hmac::Key {
        let mut block = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        block.update(purpose.as_bytes());
        block.update(&[1]);
        hmac::Key::new(hmac::HMAC_SHA256, block.sign().as_ref())
    }

    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Encrypts a text. Decrypting requires the same `context`, so that sealed texts cannot be swapped.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &str) -> Option<String> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).ok()?;
        let mut sealed = plaintext.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(context), &mut sealed).ok()?;
        let mut nonce_and_sealed = nonce.as_ref().to_vec();
        nonce_and_sealed.append(&mut sealed);
        Some(BASE64_STANDARD.encode(nonce_and_sealed))
    }

    /// Decrypts a text that was sealed with the same key and context.
    pub(crate) fn open(&self, sealed: &str, context: &str) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(BASE64_STANDARD.decode(sealed).ok()?);
        let (nonce, ciphertext) = bytes.split_at_mut_checked(aws_lc_rs::aead::NONCE_LEN)?;
        let nonce = aws_lc_rs::aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).ok()?;
        let plaintext = key.open_in_place(nonce, Aad::from(context), ciphertext).ok()?;
        Some(Zeroizing::new(plaintext.to_vec()))
    }
}

/// The sealing key, and the one that it replaces.
#[derive(Clone)]
pub(crate) struct SealingKeys {
    /// Seals new texts.
    pub(crate) current: SealingKey,
    /// Opens texts that were sealed with it, because another node may not have the current key yet.
    pub(crate) previous: Option<SealingKey>,
}

impl SealingKeys {
    /// Encrypts with the current key.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &str) -> Option<String> {
        self.current.seal(plaintext, context)
    }

    /// Decrypts a text that was sealed with either key and the same context.
    pub(crate) fn open(&self, sealed: &str, context: &str) -> Option<Zeroizing<Vec<u8>>> {
        let keys = [Some(&self.current), self.previous.as_ref()];
        keys.into_iter().flatten().find_map(|key| key.open(sealed, context))
    }
}

impl From<SealingKey> for SealingKeys {
    fn from(current: SealingKey) -> Self {
        Self { current, previous: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn sealed_data_opens_only_with_the_same_key_and_context() {
        let key = SealingKey([7; 32]);
        let sealed = key.seal(b"private", "kid-1").unwrap();
        assert_eq!(key.open(&sealed, "kid-1").unwrap().as_slice(), b"private");
        assert!(key.open(&sealed, "kid-2").is_none());
        assert!(SealingKey([8; 32]).open(&sealed, "kid-1").is_none());
        assert!(key.open("", "kid-1").is_none());
    }

    #[test]
    fn the_file_is_created_once_and_only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latchkey.key");
        let made = SealingKey::obtain(None, Some(&file), &OsRandom).unwrap();
        let found = SealingKey::obtain(None, Some(&file), &OsRandom).unwrap();
        assert_eq!(made.0, found.0);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn postgresql_requires_a_configured_key() {
        assert!(matches!(SealingKey::obtain(None, None, &OsRandom), Err(SealingKeyError::Missing)));
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert_eq!(format!("{:?}", SealingKey([7; 32])), "SealingKey(…)");
    }
}
