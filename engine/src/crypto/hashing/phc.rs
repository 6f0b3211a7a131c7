use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use aws_lc_rs::constant_time;

use super::memory::Memory;

/// The length of a hash, in bytes.
const LENGTH: usize = 32;

/// Returns the PHC string of a text.
pub(super) fn hash(argon2: &Argon2<'_>, text: &[u8], salt: &[u8], memory: &Memory) -> Option<String> {
    let mut hash = [0; LENGTH];
    compute(argon2, text, salt, &mut hash, memory)?;
    write(argon2, salt, &hash)
}

/// Returns the PHC string of a computed hash.
pub(super) fn write(argon2: &Argon2<'_>, salt: &[u8], hash: &[u8]) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(hash).ok()?),
    };
    Some(hash.to_string())
}

/// Returns whether a hash is of a text; `None` if the hash is not a PHC string of argon2.
pub(super) fn matches(text: &[u8], hash: &str, memory: &Memory) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Some(Version::default()), |version| version.try_into().ok())?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&hash).ok()?);
    let expected = hash.hash?;
    let mut computed = vec![0; expected.len()];
    compute(&argon2, text, &hash.salt?, &mut computed, memory)?;
    Some(constant_time::verify_slices_are_equal(&computed, expected.as_bytes()).is_ok())
}

fn compute(argon2: &Argon2<'_>, text: &[u8], salt: &[u8], hash: &mut [u8], memory: &Memory) -> Option<()> {
    let blocks = argon2.params().block_count();
    let computed = memory.with(blocks, |kept| match kept {
        Some(blocks) => argon2.hash_password_into_with_memory(text, salt, hash, blocks),
        None => argon2.hash_password_into(text, salt, hash),
    });
    computed.ok()
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};

    use super::*;
    use crate::crypto::hashing::cost::Cost;

    #[test]
    fn hashes_equal_those_of_the_library_with_reused_memory() {
        for cost in [Cost::PASSWORD, Cost::GENERATED_SECRET] {
            let (argon2, memory) = (cost.argon2(), cost.memory());
            for text in [b"first".as_slice(), b"second", b"third"] {
                let salt = [7; 16];
                let ours = hash(&argon2, text, &salt, &memory).unwrap();
                assert_eq!(ours, argon2.hash_password_with_salt(text, &salt).unwrap().to_string());
                assert_eq!(matches(text, &ours, &memory), Some(true));
                assert_eq!(matches(b"another", &ours, &memory), Some(false));
                assert!(Argon2::default().verify_password(text, &PasswordHash::new(&ours).unwrap()).is_ok());
            }
        }
    }

    #[test]
    fn a_text_that_is_not_an_argon2_hash_matches_nothing() {
        let memory = Memory::not_reusing();
        for text in ["", "$argon2id$v=19$m=1024,t=1,p=1", "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "plain"] {
            assert_eq!(matches(b"", text, &memory), None, "{text:?}");
        }
    }
}
