//! Every change has an audit record, and fails without it.

use latchkey_engine::{Engine, operations::housekeeping, people::Caller};
use latchkey_model::{
    access_key::{Activation, CreatedAccessKey, Kind},
    member::{OneTimeLink, Role},
    scope::{DefineScope, Scopes},
    session::SetUp,
};

use crate::support::{
    ADDRESS, Latchkey, creation,
    database::{dump, run, texts},
    other_password, password, token_of,
};

on_both_databases! {
    changes_fail_if_their_record_cannot_be_written
    purging_a_deleted_key_is_recorded
    signing_out_is_recorded_once
    a_withdrawn_invitation_is_recorded
}

/// One object for each kind of change.
struct World {
    ana: Caller,
    ben: Caller,
    cy: Caller,
    key: CreatedAccessKey,
    client: CreatedAccessKey,
    deleted: CreatedAccessKey,
    set_up: OneTimeLink,
    invitation: OneTimeLink,
    recovery: OneTimeLink,
}

impl World {
    async fn new(latchkey: &Latchkey) -> Self {
        let engine = &latchkey.engine;
        let ana = latchkey.administrator("ana@example.com").await;
        let administrator = ana.administrator().unwrap();
        let old = latchkey.create(&ana, Kind::ApiKey, "old").await;
        engine.keys.delete(&administrator, &old.key.id, "old").await.unwrap();
        latchkey.clock.advance(std::time::Duration::from_hours(30 * 24));
        let ben = latchkey.member(&ana, "ben@example.com", Role::Member).await;
        let cy = latchkey.member(&ana, "cy@example.com", Role::Member).await;
        let key = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
        let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
        let deleted = latchkey.create(&ana, Kind::ApiKey, "TMS").await;
        engine.keys.delete(&administrator, &deleted.key.id, "TMS").await.unwrap();
        for name in ["orders:read", "orders:write"] {
            let scope = DefineScope { name: name.to_owned(), description: String::new() };
            engine.keys.define_scope(&administrator, &scope).await.unwrap();
        }
        engine.people.invite(&administrator, "dora@example.com", Role::Member).await.unwrap();
        let set_up = engine.people.make_set_up_link().await.unwrap();
        let invitation = engine.people.invite(&administrator, "fay@example.com", Role::Member).await.unwrap();
        let recovery = engine.people.make_recovery_link(&administrator, &ben.member_id).await.unwrap();
        Self { ana, ben, cy, key, client, deleted, set_up, invitation, recovery }
    }

    /// Makes every kind of change. Returns the result of each, with its error message.
    async fn change_all(&self, engine: &Engine) -> Vec<(&'static str, Result<(), String>)> {
        let (key, client, deleted) = (&self.key.key.id, &self.client.key.id, &self.deleted.key.id);
        let administrator = self.ana.administrator().unwrap();
        let ana = &administrator;
        let scope = DefineScope { name: "orders:delete".to_owned(), description: String::new() };
        let scopes: Scopes = "orders:read".parse().unwrap();
        let set_up = SetUp {
            token: token_of(&self.set_up),
            organization: "Eastwind".to_owned(),
            email: "eve@example.com".to_owned(),
            password: password(),
        };
        let (ana_email, guessed) = ("ana@example.com", other_password());
        vec![
            ("create", result_of(engine.keys.create(ana, &creation(Kind::ApiKey, "new")).await)),
            ("rename", result_of(engine.keys.rename(ana, key, "Warehouse").await)),
            ("set-scopes", result_of(engine.keys.set_scopes(ana, key, scopes).await)),
            ("set-token-lifetime", result_of(engine.keys.set_token_lifetime(ana, client, Some(60)).await)),
            ("activate", result_of(engine.keys.set_status(ana, key, Activation::Active).await)),
            ("deactivate", result_of(engine.keys.set_status(ana, client, Activation::Inactive).await)),
            ("delete", result_of(engine.keys.delete(ana, client, "ERP").await)),
            ("restore", result_of(engine.keys.restore(ana, deleted).await)),
            ("purge", result_of(housekeeping::purge_expired(engine).await)),
            ("define", result_of(engine.keys.define_scope(ana, &scope).await)),
            ("delete-scope", result_of(engine.keys.delete_scope(ana, &"orders:write".parse().unwrap()).await)),
            ("invite", result_of(engine.people.invite(ana, "gus@example.com", Role::Member).await)),
            ("withdraw", result_of(engine.people.withdraw_invitation(ana, "dora@example.com").await)),
            (
                "accept",
                result_of(engine.people.accept_invitation(&token_of(&self.invitation), &password(), ADDRESS).await),
            ),
            (
                "reset-password",
                result_of(engine.people.reset_password(&token_of(&self.recovery), &guessed, ADDRESS).await),
            ),
            ("recovery-link", result_of(engine.people.make_recovery_link(ana, &self.ben.member_id).await)),
            (
                "reset-password on the command line",
                result_of(engine.people.make_operator_recovery_link("ben@example.com").await),
            ),
            ("set-role", result_of(engine.people.set_role(ana, &self.ben.member_id, Role::Administrator).await)),
            ("remove", result_of(engine.people.remove(ana, &self.cy.member_id).await)),
            ("set-up", result_of(engine.people.set_up(set_up, ADDRESS).await)),
            ("sign-in", result_of(engine.people.sign_in(ana_email, &password(), None, ADDRESS).await)),
            ("sign-out", result_of(engine.people.sign_out(&self.ana).await)),
            ("change-password", result_of(engine.people.change_password(&self.ana, &password(), &guessed).await)),
        ]
    }
}

fn result_of<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<(), String> {
    result.map(|_| ()).map_err(|error| error.to_string())
}

async fn changes_fail_if_their_record_cannot_be_written(latchkey: Latchkey) {
    let world = World::new(&latchkey).await;
    run(&latchkey.database, "ALTER TABLE audit_records RENAME TO audit_records_elsewhere").await;
    let before = dump(&latchkey.database).await;
    for (change, outcome) in world.change_all(&latchkey.engine).await {
        let line = outcome.unwrap_err();
        assert!(line.starts_with("the database has refused: ") && line.contains("audit_records"), "{change}: {line}");
    }
    assert_eq!(dump(&latchkey.database).await, before);

    run(&latchkey.database, "ALTER TABLE audit_records_elsewhere RENAME TO audit_records").await;
    for (change, outcome) in world.change_all(&latchkey.engine).await {
        assert_eq!(outcome, Ok(()), "{change}: it failed for another reason");
    }
}

/// Returns the records of an action: actor, address, subject and detail.
async fn records(latchkey: &Latchkey, action: &str) -> Vec<String> {
    let query = format!(
        "SELECT done_by || ' ' || done_from || ' ' || subject_id || ' ' || COALESCE(detail, '-') \
         FROM audit_records WHERE action = '{action}'"
    );
    texts(&latchkey.database, query).await
}

async fn purging_a_deleted_key_is_recorded(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create(&ana, Kind::ApiKey, "WMS").await.key;
    latchkey.engine.keys.delete(&ana.administrator().unwrap(), &key.id, "WMS").await.unwrap();
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    assert_eq!(records(&latchkey, "purged").await, Vec::<String>::new());
    latchkey.clock.advance(std::time::Duration::from_hours(30 * 24));
    for _ in 0..2 {
        housekeeping::purge_expired(&latchkey.engine).await.unwrap();
        assert_eq!(records(&latchkey, "purged").await, [format!("latchkey latchkey {} WMS", key.id)]);
    }
}

async fn signing_out_is_recorded_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for _ in 0..2 {
        latchkey.engine.people.sign_out(&ana).await.unwrap();
        assert_eq!(records(&latchkey, "signed_out").await, [format!("ana@example.com {ADDRESS} {} -", ana.member_id)]);
    }
}

async fn a_withdrawn_invitation_is_recorded(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    latchkey.engine.people.withdraw_invitation(&administrator, "Ben@example.com").await.unwrap();
    assert_eq!(
        records(&latchkey, "invitation_withdrawn").await,
        [format!("ana@example.com {ADDRESS} ben@example.com -")]
    );
}
