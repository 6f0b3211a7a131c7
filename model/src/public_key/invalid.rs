use thiserror::Error;

/// Why a JWK is not usable. The messages are shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPublicKey {
    /// It is not a JSON object with a `kty`.
    #[error("Enter a public key as a JWK: a JSON object that begins with {{\"kty\":.")]
    NotJwk,
    /// It contains a private key, which only the client should have.
    #[error("This is a private key. Only the client should have it. Enter its public key: the JWK without \"d\".")]
    Private,
    /// Its type or curve is not supported for assertions.
    #[error("Use a key of the type EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096 bits.")]
    Unsupported,
    /// Its `alg`, `use` or `key_ops` says that it has another purpose.
    #[error(
        "This key has another purpose. In a key that signs assertions, \"alg\" is ES256, EdDSA, Ed25519, RS256 or PS256 as \
         its type has it, \"use\" is \"sig\" and \"key_ops\" contains \"verify\", or they are left out."
    )]
    Purpose,
    /// Its RSA exponent is not allowed by FIPS 186-5, section 5.1, or is larger than libraries accept.
    #[error("Use an RSA key whose exponent is odd, from 65537 to 32 bits.")]
    Exponent,
    /// Others could sign with it, because of its numbers.
    #[error("This key is weak: others could sign with it. Generate another key pair.")]
    Weak,
    /// A member is missing, or is not a number in the form of the standard.
    #[error("The key is incomplete or damaged.")]
    Damaged,
}
