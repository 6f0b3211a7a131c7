//! A client and its access tokens.

use latchkey_engine::verification::VerifyError;
use latchkey_model::access_key::{CreatedAccessKey, Kind};

use super::{ADDRESS, Latchkey, proof_of};

/// Creates an active client, with a new administrator.
pub async fn client(latchkey: &Latchkey) -> CreatedAccessKey {
    let ana = latchkey.administrator("ana@example.com").await;
    latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await
}

/// Issues a token to a client, with the lifetime of the tests' settings.
pub async fn token(latchkey: &Latchkey, client: &CreatedAccessKey) -> String {
    let issued = latchkey.engine.oauth.issue_token(&proof_of(client), None, ADDRESS).await.unwrap();
    assert_eq!(issued.expires_in, 3600);
    issued.access_token.expose().to_owned()
}

/// Returns whether a token is accepted. The test fails if there is no verdict.
pub async fn is_good(latchkey: &Latchkey, token: &str) -> bool {
    match latchkey.engine.verification.verify_bearer(token, ADDRESS).await {
        Ok(_) => true,
        Err(VerifyError::Refused) => false,
        Err(error) => panic!("{error}"),
    }
}
