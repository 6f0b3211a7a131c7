use std::{sync::Arc, time::Duration};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use latchkey_model::{access_key::KeyStatus, id::AccessKeyId, public_key::PublicKey, timestamp::Timestamp};
use serde::Deserialize;

use super::verify::VerifyError;
use crate::{
    Engine, StorageError,
    access_keys::{KeyRecord, Proof},
    storage::used_assertions,
};

/// The longest that an assertion may last: it is made for one call. What does not tell when it was issued counts as
/// issued when it is presented.
const LONGEST_LIFETIME: Duration = Duration::from_mins(1);

/// How far the clocks of a client and of Latchkey may differ.
const LEEWAY: Duration = Duration::from_secs(10);

/// The longest identifier of an assertion, in bytes.
const LONGEST_JTI: usize = 256;

/// What a client asserts (RFC 7523 §3).
#[derive(Debug, Deserialize)]
struct Assertion {
    iss: AccessKeyId,
    sub: AccessKeyId,
    aud: Audience,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

/// One, or a list (RFC 7519 §4.1.3).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    /// Whether this is who the assertion is for, and nobody else: another audience could present it here.
    fn is_only(&self, issuer: &str) -> bool {
        match self {
            Self::One(audience) => audience == issuer,
            Self::Several(audiences) => matches!(audiences.as_slice(), [audience] if audience == issuer),
        }
    }
}

impl Assertion {
    /// Whether all but the signature is right: §3, points 1 to 8.
    fn holds(&self, issuer: &str, now: Timestamp) -> bool {
        let (now, leeway) = (now.seconds(), seconds(LEEWAY));
        let issued_at = self.iat.unwrap_or(now);
        self.iss == self.sub
            && self.aud.is_only(issuer)
            && self.exp > now.saturating_sub(leeway)
            && self.exp <= issued_at.saturating_add(seconds(LONGEST_LIFETIME))
            && self.nbf.unwrap_or(issued_at).max(issued_at) <= now.saturating_add(leeway)
            && (1..=LONGEST_JTI).contains(&self.jti.len())
            && !self.jti.contains(char::is_control)
    }

    /// From when on it is refused by its age alone.
    fn ends_at(&self) -> Timestamp {
        Timestamp(self.exp.saturating_add(seconds(LEEWAY)).saturating_mul(1000))
    }
}

const fn seconds(duration: Duration) -> i64 {
    duration.as_secs().cast_signed()
}

/// A JWT that says which client signed it; whether that is so, is not known yet.
pub(super) struct UnverifiedAssertion<'a> {
    jwt: &'a str,
    client_id: AccessKeyId,
}

impl<'a> UnverifiedAssertion<'a> {
    /// Reads who a JWT says has signed it.
    pub(super) fn read(jwt: &'a str) -> Option<Self> {
        let payload = BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
        let assertion: Assertion = serde_json::from_slice(&payload).ok()?;
        Some(Self { jwt, client_id: assertion.sub })
    }

    pub(super) fn client_id(&self) -> &AccessKeyId {
        &self.client_id
    }
}

impl Engine {
    /// The active client that signed an assertion, which counts from now on as used, on all nodes.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub(super) async fn verify_assertion(
        &self,
        assertion: &UnverifiedAssertion<'_>,
    ) -> Result<Arc<KeyRecord>, VerifyError> {
        let client = self.key_at_hand(&assertion.client_id).await?.ok_or(VerifyError::Refused)?;
        let Proof::KeyPair(public) = &client.proof else { return Err(VerifyError::Refused) };
        let claims = verified(assertion.jwt, public).filter(|claims| claims.holds(self.issuer(), self.now()));
        let claims = claims.ok_or(VerifyError::Refused)?;
        if client.status(self.now()) == KeyStatus::Active && self.is_unused(&client, &claims).await? {
            Ok(client)
        } else {
            Err(VerifyError::Refused)
        }
    }

    async fn is_unused(&self, client: &KeyRecord, assertion: &Assertion) -> Result<bool, VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        let is_unused = used_assertions::insert(&mut change, &client.id, &assertion.jti, assertion.ends_at()).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(is_unused)
    }
}

/// Whether a public key is one: a point that is not on P-256 would never verify anything.
pub(crate) fn is_a_point(public: &PublicKey) -> bool {
    let PublicKey::P256 { x, y } = public else { return true };
    let coordinates = [x, y].map(|coordinate| BASE64_URL_SAFE_NO_PAD.decode(coordinate).unwrap_or_default());
    // Uncompressed, as SEC 1 §2.3.3 writes it.
    let point = [&[4][..], &coordinates[0], &coordinates[1]].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).is_ok()
}

/// The claims of a JWT that the private half of a key has signed. The algorithm is one of the key's own, whatever the
/// JWT's header says (RFC 8725 §3.1), a key in the header counts for nothing, and no extension is understood (RFC 7515
/// §4.1.11).
fn verified(jwt: &str, public: &PublicKey) -> Option<Assertion> {
    let (key, algorithms) = match public {
        PublicKey::P256 { x, y } => (DecodingKey::from_ec_components(x, y), vec![Algorithm::ES256]),
        PublicKey::Ed25519 { x } => (DecodingKey::from_ed_components(x), vec![Algorithm::EdDSA]),
        PublicKey::Rsa { n, e } => (DecodingKey::from_rsa_components(n, e), vec![Algorithm::RS256, Algorithm::PS256]),
    };
    // Time and audience are judged in one place, by a clock that tests set.
    let mut validation = Validation { algorithms, validate_exp: false, validate_aud: false, ..Validation::default() };
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let token = decode(jwt, &key.ok()?, &validation).ok()?;
    token.header.crit.is_none().then_some(token.claims)
}
