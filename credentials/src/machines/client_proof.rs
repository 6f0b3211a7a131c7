use std::{net::IpAddr, sync::Arc};

use latchkey_model::access_key::Kind;

use super::verify::VerifyError;
use crate::{Engine, access_keys::KeyRecord};

/// How a client proves itself at the OAuth endpoints. Its `Debug` is left out: it holds what opens things.
pub enum ClientProof<'a> {
    /// By its secret (RFC 6749 §2.3.1).
    Secret {
        /// What it says is its ID.
        client_id: &'a str,
        /// What it says is its secret.
        secret: &'a str,
    },
    /// By a JWT that it has signed (RFC 7523 §2.2).
    Assertion {
        /// What it says is its ID, if it says so outside the JWT (RFC 7521 §4.2).
        client_id: Option<&'a str>,
        /// The JWT.
        jwt: &'a str,
    },
}

impl Engine {
    /// The active client that proves itself so.
    ///
    /// # Errors
    /// [`VerifyError::Refused`] whatever is wrong with it; the others where no verdict is possible.
    pub(super) async fn authenticate_client(
        &self,
        proof: &ClientProof<'_>,
        address: IpAddr,
    ) -> Result<Arc<KeyRecord>, VerifyError> {
        self.timed(self.judge_client(proof, address)).await
    }

    async fn judge_client(&self, proof: &ClientProof<'_>, address: IpAddr) -> Result<Arc<KeyRecord>, VerifyError> {
        let (client_id, client) = match *proof {
            ClientProof::Secret { client_id, secret } => {
                (Some(client_id), self.verify_secret(secret, Kind::OAuthClient).await?)
            }
            ClientProof::Assertion { client_id, jwt } => {
                (client_id, Box::pin(self.verify_assertion(client_id, jwt, address)).await?)
            }
        };
        match client_id {
            Some(id) if client.id.as_str() != id => Err(VerifyError::Refused),
            _ => Ok(client),
        }
    }
}
