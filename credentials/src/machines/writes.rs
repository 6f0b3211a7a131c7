use super::verify::VerifyError;
use crate::{
    Engine,
    admission::{Admission, Place},
    storage::Transaction,
};

/// How many writes that machines cause are under way at a time: what a person changes waits for these at the most.
const AT_A_TIME: usize = 4;

/// How many more may wait.
const WAITING: usize = 64;

/// Admits the writes that machines cause. Whoever holds one good credential can cause any number of them, and SQLite
/// has one writer for all.
pub(crate) fn machine_writes() -> Admission {
    Admission::new(AT_A_TIME, WAITING)
}

impl Engine {
    /// A transaction for what a machine has caused, with its place, which is to be held until the transaction ends.
    ///
    /// # Errors
    /// [`VerifyError::Overloaded`] if too many wait already; else [`VerifyError::Storage`].
    pub(super) async fn begin_for_machine(&self) -> Result<(Place, Transaction), VerifyError> {
        let place = self.machine_writes().enter().await?;
        Ok((place, self.begin().await?))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use latchkey_model::access_key::{Activation, Kind};

    use crate::{
        machines::{ClientProof, RevokeTokenError},
        testing::{ADDRESS, Node},
    };

    #[tokio::test]
    async fn what_machines_have_written_holds_no_person_up() {
        let node = Node::start().await;
        let engine = &node.engine;
        let (session, ana) = node.administrator().await;
        let client = node.create(&ana, Kind::OAuthClient, None).await;
        let key = node.create(&ana, Kind::ApiKey, None).await;
        let secret = client.secret.as_ref().unwrap().expose();
        let proof = ClientProof::Secret { client_id: client.key.id.as_str(), secret };
        let token = engine.issue_token(&proof, None, ADDRESS).await.unwrap().access_token;

        let all_places = engine.machine_writes().fill();
        let refused = engine.revoke_token(&proof, token.expose(), ADDRESS).await;
        assert!(matches!(refused, Err(RevokeTokenError::Overloaded(_))));
        engine.verify_api_key(key.secret.as_ref().unwrap().expose(), ADDRESS).await.unwrap();
        node.advance(Duration::from_mins(2));
        assert!(engine.authenticate(&session, ADDRESS).await.unwrap().is_some());
        let administrator = ana.administrator().unwrap();
        engine.set_access_key_status(&administrator, &client.key.id, Activation::Inactive).await.unwrap();
        engine.set_access_key_status(&administrator, &client.key.id, Activation::Active).await.unwrap();

        drop(all_places);
        engine.revoke_token(&proof, token.expose(), ADDRESS).await.unwrap();
        engine.flush_uses().await.unwrap();
        let used = engine.access_key(&ana, &key.key.id).await.unwrap().key;
        assert!(used.first_used.is_some(), "a first use that found no place is written with the later ones");
        assert_eq!(used.first_used, used.last_used);
    }
}
