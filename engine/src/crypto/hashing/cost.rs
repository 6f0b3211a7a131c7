use argon2::{Algorithm, Argon2, Params, Version, password_hash::phc::PasswordHash};

use super::memory::Memory;

/// The cost of one hash, which depends on the entropy of the hashed text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// Memory, in KiB.
    memory: u32,
    /// The number of passes over the memory.
    passes: u32,
}

impl Cost {
    /// For passwords: OWASP's first choice of argon2id parameters.
    pub(super) const PASSWORD: Self = Self { memory: 19 * 1024, passes: 2 };
    /// For generated secrets, which cannot be guessed however fast a guess is.
    pub(super) const GENERATED_SECRET: Self = Self { memory: 1024, passes: 1 };

    pub(super) fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory, self.passes, 1, None).unwrap_or_default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// Returns the memory for hashes of this cost. The memory for first uses is kept; the memory for sign-ins is too large to keep.
    pub(super) fn memory(self) -> Memory {
        match self {
            Self::GENERATED_SECRET => Memory::reusing(self.argon2().params().block_count()),
            _ => Memory::not_reusing(),
        }
    }

    /// Returns whether a PHC string has this cost.
    pub(super) fn matches(self, hash: &str) -> bool {
        PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_some_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (self.memory, self.passes, 1))
    }

    /// Returns a hash with a salt and a digest of zeros. No text for it is known, and comparing with it costs as much as with any
    /// other.
    pub(super) fn placeholder_hash(self) -> String {
        let (salt, digest) = ("A".repeat(22), "A".repeat(43));
        format!("$argon2id$v=19$m={},t={},p=1${salt}${digest}", self.memory, self.passes)
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordVerifier, password_hash::Error};

    use super::*;

    #[test]
    fn comparing_with_the_placeholder_hash_costs_as_much_as_with_a_real_one() {
        for cost in [Cost::PASSWORD, Cost::GENERATED_SECRET] {
            let nothing = cost.placeholder_hash();
            assert!(cost.matches(&nothing), "{nothing}");
            let hash = PasswordHash::new(&nothing).unwrap();
            // This is the only error that comes after the work.
            let compared = Argon2::default().verify_password(b"correct horse battery", &hash);
            assert_eq!(compared, Err(Error::PasswordInvalid));
        }
    }
}
