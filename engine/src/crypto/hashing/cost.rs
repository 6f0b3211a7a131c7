use argon2::{Algorithm, Argon2, Params, Version, password_hash::phc::PasswordHash};

use super::memory::Memory;

/// What one hash costs. It follows the entropy of what is hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    /// Memory, in KiB.
    memory: u32,
    /// Passes over it.
    passes: u32,
}

impl Cost {
    /// For passwords: OWASP's first choice of argon2id parameters.
    pub(super) const PASSWORD: Self = Self { memory: 19 * 1024, passes: 2 };
    /// For generated secrets, which nobody can guess however fast a guess is.
    pub(super) const GENERATED_SECRET: Self = Self { memory: 1024, passes: 1 };

    pub(super) fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory, self.passes, 1, None).unwrap_or_default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// The memory of its hashes: what every first use takes is kept; what sign-ins take is too much to keep.
    pub(super) fn memory(self) -> Memory {
        match self {
            Self::GENERATED_SECRET => Memory::kept_for(self.argon2().params().block_count()),
            _ => Memory::given_back(),
        }
    }

    /// Whether a PHC string was made at this cost.
    pub(super) fn made(self, hash: &str) -> bool {
        PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_some_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (self.memory, self.passes, 1))
    }

    /// A hash that nobody knows a text for but that costs as much to compare with: a salt and a digest of zeros.
    pub(super) fn hash_of_nothing(self) -> String {
        let (salt, digest) = ("A".repeat(22), "A".repeat(43));
        format!("$argon2id$v=19$m={},t={},p=1${salt}${digest}", self.memory, self.passes)
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordVerifier, password_hash::Error};

    use super::*;

    #[test]
    fn comparing_with_the_hash_of_nothing_costs_as_much_as_with_another() {
        for cost in [Cost::PASSWORD, Cost::GENERATED_SECRET] {
            let nothing = cost.hash_of_nothing();
            assert!(cost.made(&nothing), "{nothing}");
            let hash = PasswordHash::new(&nothing).unwrap();
            // Of all errors, this one alone comes after the work.
            let compared = Argon2::default().verify_password(b"correct horse battery", &hash);
            assert_eq!(compared, Err(Error::PasswordInvalid));
        }
    }
}
