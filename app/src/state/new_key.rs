//! A key that was just created, with the secret that is shown once.

use latchkey_model::{
    access_key::{AccessKey, CreateAccessKey},
    credential_file::OneTimeSecret,
    problem::{Field, Problem},
    public_key::{Jwk, KeyProofClaims},
};

use crate::{api, browser::key_pair};

/// A new key and its secret. A client that was created with a public key has no secret to show.
#[derive(Debug)]
pub struct NewKey {
    /// The key, inactive.
    pub key: AccessKey,
    /// The secret or private key, which is shown once.
    pub secret: Option<OneTimeSecret>,
}

/// How a new key authenticates (for OAuth clients, client authentication: RFC 6749 §2.3).
#[derive(Debug, Clone)]
pub enum NewAuthentication {
    /// By a secret that the server creates.
    Secret,
    /// By a key pair that the browser creates. Its private key leaves the browser only in the downloaded file or the clipboard.
    KeyPair,
    /// By a key pair that the client already has.
    PublicKey(Box<Jwk>),
}

impl NewKey {
    /// Whether a private key is shown once, not a secret from the server.
    #[must_use]
    pub const fn is_private_key(&self) -> bool {
        matches!(self.secret, Some(OneTimeSecret::PrivateKey(_)))
    }

    /// Creates a key. For a key pair that the browser creates, the request has a proof of possession for the issuer.
    ///
    /// # Errors
    /// [`Problem`]: that of the call, or the browser cannot create key pairs.
    pub async fn create(
        mut request: CreateAccessKey,
        authentication: NewAuthentication,
        issuer: String,
    ) -> Result<Self, Problem> {
        let private_key = match authentication {
            NewAuthentication::Secret => None,
            NewAuthentication::PublicKey(jwk) => {
                request.public_key = Some(*jwk);
                None
            }
            NewAuthentication::KeyPair => {
                let request_id = request.request_id.clone().ok_or_else(no_pair)?;
                let claims = KeyProofClaims { aud: issuer, request_id };
                let pair = key_pair::generate(&claims).await.ok_or_else(no_pair)?;
                request.public_key = Some(pair.public);
                request.public_key_proof = Some(pair.proof);
                Some(OneTimeSecret::PrivateKey(pair.private))
            }
        };
        let created = api::create_access_key(request).await?;
        Ok(Self { key: created.key, secret: private_key.or(created.secret.map(OneTimeSecret::Secret)) })
    }
}

fn no_pair() -> Problem {
    Problem::at_field(
        Field::PUBLIC_KEY,
        "This browser could not create a key pair. Create one yourself and paste its public key.",
    )
}
