//! Access to the parts of the engine that are pure computation, only for `benches/`.

use std::sync::Arc;

use latchkey_model::{id::AccessKeyId, redacted::Secret, scope::Scopes, timestamp::Timestamp};

use crate::{
    concurrency::CpuPool,
    crypto::{
        hashing::Hasher,
        keyed_digest::ProcessKey,
        sealing::SealingKey,
        secret::{ParsedSecret, SecretPrefix, SecretTag, generate},
    },
    key_cache::StoredSecret,
    random::{OsRandom, Random},
    signing::{KeyRing, SigningAlgorithm},
    verification::Claims,
};

const ISSUER: &str = "https://keys.example.com";

/// The steps of validating a secret.
pub struct Validation {
    secret: Secret,
    stored: StoredSecret,
    hasher: Hasher,
    process_key: ProcessKey,
}

impl Validation {
    /// Creates a secret, and verifies it against its hash.
    pub async fn new() -> Option<Self> {
        let hasher = Hasher::for_secrets(Arc::new(OsRandom));
        let secret = generate(&SecretPrefix::default(), &id()?, &OsRandom);
        let hash = hasher.hash(secret.expose()).await.ok()?;
        let stored = StoredSecret::new(&hash, SecretTag::new(secret.expose()));
        let process_key = ProcessKey::new(&OsRandom);
        stored.check(process_key.digest(&[secret.expose()]), async { Ok(true) }).await.ok()?;
        Some(Self { secret, stored, hasher, process_key })
    }

    /// Parses the secret, including its checksum.
    #[must_use]
    pub fn parse(&self) -> bool {
        ParsedSecret::parse(self.secret.expose()).is_some()
    }

    /// Computes the digest of the secret and compares it with the known one.
    #[must_use]
    pub fn compare_digest(&self) -> bool {
        self.stored.matches_known(&self.process_key.digest(&[self.secret.expose()])) == Some(true)
    }

    /// Compares the secret's tag, which is the whole cost of a wrong secret.
    #[must_use]
    pub fn compare_tag(&self) -> bool {
        SecretTag::new(self.secret.expose()).matches(self.stored.tag)
    }

    /// Compares the secret's argon2id hash, as on a first use.
    pub async fn compare_hash(&self) -> bool {
        self.hasher.verify(self.secret.expose(), &self.stored.hash.to_phc()).await.unwrap_or(false)
    }
}

/// Creates and verifies access tokens.
pub struct Tokens {
    ring: KeyRing,
    rsa: CpuPool,
    claims: Claims,
    token: String,
}

impl Tokens {
    /// Creates a key for an algorithm, and one token.
    pub async fn new(algorithm: SigningAlgorithm) -> Option<Self> {
        let sealing: SealingKey = format!("{}=", "A".repeat(43)).parse().ok()?;
        let ring = KeyRing::with_new_key(algorithm, &sealing)?;
        let claims = claims()?;
        let rsa = CpuPool::default();
        let token = ring.sign(claims.clone(), Timestamp(0), &rsa).await.ok()?;
        Some(Self { ring, rsa, claims, token })
    }

    /// Signs a token.
    pub async fn sign(&self) -> Option<String> {
        self.ring.sign(self.claims.clone(), Timestamp(0), &self.rsa).await.ok()
    }

    /// Verifies a token's signature and parses its claims.
    #[must_use]
    pub fn verify(&self) -> bool {
        self.ring.verify::<Claims>(&self.token, ISSUER).is_ok()
    }
}

fn id() -> Option<AccessKeyId> {
    "ak_3KdZ8pRt61Yb".parse().ok()
}

fn claims() -> Option<Claims> {
    Some(Claims {
        iss: ISSUER.to_owned(),
        sub: id()?,
        client_id: id()?,
        aud: ISSUER.to_owned(),
        iat: 1_800_000_000,
        nbf: None,
        exp: 1_800_003_600,
        jti: (&OsRandom as &dyn Random).token(),
        scope: Scopes::default(),
        latchkey_generation: 1,
        latchkey_organization: "org_7Hq2mV9cXw4T".parse().ok()?,
    })
}
