//! After every feature was used, no table contains a secret.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use latchkey_engine::people::NewSession;
use latchkey_model::{
    access_key::{CreatedAccessKey, Kind},
    member::{OneTimeLink, Role},
    scope::DefineScope,
    session::SetUp,
};

use crate::{
    client_assertions::client_with_a_used_assertion,
    support::{
        ADDRESS, Latchkey,
        database::{dump, texts},
        other_password, password, proof_of, secret_of, token_of,
    },
};

on_both_databases! {
    no_secret_is_in_any_table
    private_signing_keys_are_sealed
}

/// Secrets that must not be in the database, and IDs that must.
#[derive(Default)]
struct Run {
    secrets: Vec<String>,
    ids: Vec<String>,
}

impl Run {
    fn saw_session(&mut self, session: &NewSession) {
        self.secrets.push(session.token.expose().to_owned());
        self.secrets.extend(session.device.as_ref().map(|device| device.expose().to_owned()));
    }

    fn saw_link(&mut self, link: &OneTimeLink) {
        self.secrets.push(token_of(link).expose().to_owned());
    }

    /// Only the part after the ID is secret.
    fn saw_key(&mut self, key: &CreatedAccessKey) {
        self.ids.push(key.key.id.as_str().to_owned());
        self.secrets.push(secret_of(key).rsplit_once('_').unwrap().1.to_owned());
    }
}

async fn use_every_feature(latchkey: &Latchkey) -> Run {
    let mut run = Run::default();
    let engine = &latchkey.engine;
    run.secrets.extend([password(), other_password()].map(|password| password.expose().to_owned()));

    let set_up_link = engine.people.first_set_up_link().await.unwrap().unwrap();
    let set_up = SetUp {
        token: token_of(&set_up_link),
        organization: "Northwind Freight".to_owned(),
        email: "ana@example.com".to_owned(),
        password: password(),
    };
    let session = engine.people.set_up(set_up, ADDRESS).await.unwrap();
    let ana = latchkey.caller(&session).await;
    let administrator = ana.administrator().unwrap();
    let invitation = engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    let joined = engine.people.accept_invitation(&token_of(&invitation), &password(), ADDRESS).await.unwrap();
    let ben = latchkey.caller(&joined).await;
    let recovery = engine.people.make_recovery_link(&administrator, &ben.member_id).await.unwrap();
    let reset = engine.people.reset_password(&token_of(&recovery), &other_password(), ADDRESS).await.unwrap();
    let changed = engine.people.change_password(&ana, &password(), &other_password()).await.unwrap();
    let signed_in =
        engine.people.sign_in("ana@example.com", &other_password(), changed.device.as_ref(), ADDRESS).await.unwrap();
    for session in [&session, &joined, &reset, &changed, &signed_in] {
        run.saw_session(session);
    }
    let unused = engine.people.invite(&administrator, "cy@example.com", Role::Administrator).await.unwrap();
    let by_operator = engine.people.make_operator_recovery_link("ben@example.com").await.unwrap();
    let second = engine.people.make_set_up_link().await.unwrap();
    for link in [&set_up_link, &invitation, &recovery, &unused, &by_operator, &second] {
        run.saw_link(link);
    }

    let scope = DefineScope { name: "orders:read".to_owned(), description: String::new() };
    engine.keys.define_scope(&administrator, &scope).await.unwrap();
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    assert!(latchkey.accepts(&key).await);
    for revoked in [true, false] {
        let token = engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap().access_token;
        engine.verification.verify_bearer(token.expose(), ADDRESS).await.unwrap();
        if revoked {
            engine.oauth.revoke_token(&proof_of(&client), token.expose(), ADDRESS).await.unwrap();
        }
        run.secrets.push(token.expose().rsplit_once('.').unwrap().1.to_owned());
    }
    for key in [&key, &client] {
        run.saw_key(key);
    }
    client_with_a_used_assertion(latchkey, &ana).await;
    run
}

async fn no_secret_is_in_any_table(latchkey: Latchkey) {
    let run = use_every_feature(&latchkey).await;
    let tables = dump(&latchkey.database).await;
    for (table, rows) in &tables {
        assert!(!rows.is_empty(), "{table} is empty: the run did not use every feature");
        for row in rows {
            for secret in &run.secrets {
                assert!(secret.len() >= 12, "the secret is too short for a search");
                assert!(!row.contains(secret.as_str()), "{table} contains a secret");
            }
        }
    }
    for id in &run.ids {
        assert!(tables["access_keys"].iter().any(|row| row.contains(id.as_str())), "the search finds an ID");
    }
}

/// The object identifier of the curve P-256 (RFC 5480 §2.1.1.1), which every private key for that curve contains.
const P_256: [u8; 8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

async fn private_signing_keys_are_sealed(latchkey: Latchkey) {
    let keys = texts(&latchkey.database, "SELECT sealed_private_key FROM signing_keys WHERE algorithm = 'ES256'").await;
    assert!(!keys.is_empty());
    for key in keys {
        let bytes = BASE64_STANDARD.decode(key).unwrap();
        assert!(bytes.len() > 100 && !bytes.windows(P_256.len()).any(|window| window == P_256));
    }
}
