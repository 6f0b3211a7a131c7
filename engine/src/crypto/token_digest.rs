use aws_lc_rs::digest::{SHA256, digest};
use latchkey_store::TokenDigest;

/// Returns the digest by which a token of 256 random bits is stored.
pub(crate) fn token_digest(token: &str) -> TokenDigest {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    TokenDigest::from_sha256(&bytes)
}
