use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash};

/// What one hash costs. It follows the entropy of what is hashed.
#[derive(Clone, Copy)]
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

    /// Whether a PHC string was made at this cost.
    pub(super) fn made(self, hash: &str) -> bool {
        PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_some_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (self.memory, self.passes, 1))
    }

    /// A hash that no text matches but that costs as much to compare with.
    pub(super) fn hash_of_nothing(self) -> String {
        let unguessable = [0; 32];
        self.argon2().hash_password_with_salt(&unguessable, &[0; 16]).map(|hash| hash.to_string()).unwrap_or_default()
    }
}
