use argon2::{Algorithm, password_hash::phc::PasswordHash};

use super::{cost::Cost, phc};

/// The hash of a secret in a compact form: a node keeps one for each of its keys.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SecretHash {
    /// An argon2id hash at today's cost.
    Current { salt: [u8; 16], output: [u8; 32] },
    /// Another PHC string: one of an earlier cost.
    Other(Box<str>),
}

impl SecretHash {
    /// Reads a PHC string.
    pub(crate) fn parse(phc: &str) -> Self {
        Self::parse_current(phc).unwrap_or_else(|| Self::Other(phc.into()))
    }

    fn parse_current(text: &str) -> Option<Self> {
        let hash = PasswordHash::new(text).ok()?;
        let salt = <[u8; 16]>::try_from(hash.salt.as_deref()?).ok()?;
        let output = <[u8; 32]>::try_from(hash.hash.as_ref()?.as_bytes()).ok()?;
        let current = Self::Current { salt, output };
        // Whatever this form cannot express is kept as it is.
        (hash.algorithm == Algorithm::Argon2id.ident() && current.to_phc() == text).then_some(current)
    }

    /// Returns the PHC string.
    pub(crate) fn to_phc(&self) -> String {
        match self {
            Self::Current { salt, output } => {
                phc::write(&Cost::GENERATED_SECRET.argon2(), salt, output).unwrap_or_default()
            }
            Self::Other(phc) => phc.as_ref().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{concurrency::CpuPool, crypto::hashing::Hasher, random::OsRandom};

    #[tokio::test]
    async fn every_hash_is_written_as_it_was_read() {
        let current = Hasher::for_secrets(Arc::new(OsRandom)).hash("lk_secret").await.unwrap();
        let costly = Hasher::for_passwords(CpuPool::default(), Arc::new(OsRandom)).hash("lk_secret").await.unwrap();
        let other_version = current.replace("v=19", "v=16");
        for (text, is_current) in
            [(&*current, true), (&costly, false), (&other_version, false), ("", false), ("$", false)]
        {
            let hash = SecretHash::parse(text);
            assert_eq!(hash.to_phc(), text);
            assert_eq!(matches!(hash, SecretHash::Current { .. }), is_current, "{text}");
        }
    }
}
