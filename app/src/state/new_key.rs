//! A key that was just made, with what is shown of it once.

use latchkey_model::{
    access_key::{AccessKey, CreateAccessKey},
    credential_file::OneTimeSecret,
    problem::{Field, Problem},
    public_key::{Jwk, KeyProofClaims},
};

use crate::{api, browser::key_pair};

/// A key just made, and what opens it. A client whose public key was given has nothing to show.
#[derive(Debug)]
pub struct NewKey {
    /// The key, inactive.
    pub key: AccessKey,
    /// What is shown once.
    pub secret: Option<OneTimeSecret>,
}

/// What a new key is to prove itself by.
#[derive(Debug, Clone)]
pub enum NewProof {
    /// A secret that the server makes.
    Secret,
    /// A key pair that is made here, and whose private half never leaves the browser but in the file.
    KeyPair,
    /// A key pair that the client has already.
    PublicKey(Box<Jwk>),
}

impl NewKey {
    /// Whether what is shown once is a private key, and no secret that the server has made.
    #[must_use]
    pub const fn is_private_key(&self) -> bool {
        matches!(self.secret, Some(OneTimeSecret::PrivateKey(_)))
    }

    /// Makes a key. A key pair that is made here is proved to the issuer.
    ///
    /// # Errors
    /// [`Problem`]: that of the call, or the browser makes no key pairs.
    pub async fn create(mut request: CreateAccessKey, proof: NewProof, issuer: String) -> Result<Self, Problem> {
        let private_key = match proof {
            NewProof::Secret => None,
            NewProof::PublicKey(jwk) => {
                request.public_key = Some(*jwk);
                None
            }
            NewProof::KeyPair => {
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
        Field::PublicKey,
        "This browser could not create a key pair. Create one yourself and paste its public key.",
    )
}
