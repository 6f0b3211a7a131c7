//! The properties that a client's assertion must have for every input: [`crate::fuzzing`].

use std::{sync::LazyLock, time::Duration};

use latchkey_model::{public_key::PublicKey, timestamp::Timestamp};

use super::assertion_claims::AssertionClaims;
use crate::crypto::signed_jwt::SignedJwt;

/// The public keys of RFC 8037, appendix A, and of RFC 7515, appendix A.3. Their private keys are published, but no input has
/// been signed with one.
static KEYS: LazyLock<[PublicKey; 2]> = LazyLock::new(|| {
    [
        PublicKey::Ed25519 { x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned() },
        PublicKey::P256 {
            x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".to_owned(),
            y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".to_owned(),
        },
    ]
});

/// Checks the parser of assertions: no text is accepted that the client's key has not signed, and no claim stops the server.
///
/// # Panics
/// If the property is violated.
pub fn jwt(data: &[u8]) {
    let Some(jwt) = str::from_utf8(data).ok().and_then(SignedJwt::parse) else { return };
    for key in &*KEYS {
        assert!(jwt.verify(key).is_err(), "a text without a valid signature is accepted");
    }
    if let Ok(claims) = AssertionClaims::read(&jwt.payload) {
        let _ = claims.check("https://keys.example.com", Timestamp(1_800_000_000_000), Duration::from_mins(5));
    }
}
