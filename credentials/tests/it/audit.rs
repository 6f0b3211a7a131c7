//! Every change has its record, and none is made without it.

use latchkey_credentials::{Caller, Engine, sessions::SetUp};
use latchkey_model::{
    access_key::{Activation, CreatedAccessKey, Kind},
    member::{OneTimeLink, Role},
    scope::{DefineScope, Scopes},
};

use crate::support::{
    ADDRESS, Latchkey, creation,
    database::{dump, run, texts},
    other_password, password, token_of,
};

on_both_databases! {
    what_cannot_be_recorded_is_not_done
    the_end_of_a_key_is_recorded_after_its_time_for_restoring
    signing_out_is_recorded_once
    a_withdrawn_invitation_is_recorded
}

/// What every kind of change can be made to.
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
    async fn of(latchkey: &Latchkey) -> Self {
        let engine = &latchkey.engine;
        let ana = latchkey.administrator("ana@example.com").await;
        let administrator = ana.administrator().unwrap();
        let old = latchkey.create(&ana, Kind::ApiKey, "old").await;
        engine.delete_access_key(&administrator, &old.key.id, "old").await.unwrap();
        latchkey.clock.advance(std::time::Duration::from_hours(30 * 24));
        let ben = latchkey.member(&ana, "ben@example.com", Role::Member).await;
        let cy = latchkey.member(&ana, "cy@example.com", Role::Member).await;
        let key = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
        let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
        let deleted = latchkey.create(&ana, Kind::ApiKey, "TMS").await;
        engine.delete_access_key(&administrator, &deleted.key.id, "TMS").await.unwrap();
        for name in ["orders:read", "orders:write"] {
            let scope = DefineScope { name: name.to_owned(), description: String::new() };
            engine.define_scope(&administrator, &scope).await.unwrap();
        }
        engine.invite_member(&administrator, "dora@example.com", Role::Member).await.unwrap();
        let set_up = engine.make_set_up_link().await.unwrap();
        let invitation = engine.invite_member(&administrator, "fay@example.com", Role::Member).await.unwrap();
        let recovery = engine.make_recovery_link(&administrator, &ben.member_id).await.unwrap();
        Self { ana, ben, cy, key, client, deleted, set_up, invitation, recovery }
    }

    /// Makes every kind of change, and tells how each went.
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
            ("create", told(engine.create_access_key(ana, &creation(Kind::ApiKey, "new")).await)),
            ("rename", told(engine.rename_access_key(ana, key, "Warehouse").await)),
            ("set-scopes", told(engine.set_scopes(ana, key, scopes).await)),
            ("set-token-lifetime", told(engine.set_token_lifetime(ana, client, Some(60)).await)),
            ("activate", told(engine.set_access_key_status(ana, key, Activation::Active).await)),
            ("deactivate", told(engine.set_access_key_status(ana, client, Activation::Inactive).await)),
            ("delete", told(engine.delete_access_key(ana, client, "ERP").await)),
            ("restore", told(engine.restore_access_key(ana, deleted).await)),
            ("purge", told(engine.remove_what_has_ended().await)),
            ("define", told(engine.define_scope(ana, &scope).await)),
            ("delete-scope", told(engine.delete_scope(ana, &"orders:write".parse().unwrap()).await)),
            ("invite", told(engine.invite_member(ana, "gus@example.com", Role::Member).await)),
            ("withdraw", told(engine.withdraw_invitation(ana, "dora@example.com").await)),
            ("accept", told(engine.accept_invitation(&token_of(&self.invitation), &password(), ADDRESS).await)),
            ("reset-password", told(engine.reset_password(&token_of(&self.recovery), &guessed, ADDRESS).await)),
            ("recovery-link", told(engine.make_recovery_link(ana, &self.ben.member_id).await)),
            ("reset-password on the command line", told(engine.recovery_link_for("ben@example.com").await)),
            ("set-role", told(engine.set_member_role(ana, &self.ben.member_id, Role::Administrator).await)),
            ("remove", told(engine.remove_member(ana, &self.cy.member_id).await)),
            ("set-up", told(engine.set_up(set_up, ADDRESS).await)),
            ("sign-in", told(engine.sign_in(ana_email, &password(), None, ADDRESS).await)),
            ("sign-out", told(engine.sign_out(&self.ana).await)),
            ("change-password", told(engine.change_password(&self.ana, &password(), &guessed).await)),
        ]
    }
}

fn told<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<(), String> {
    result.map(|_| ()).map_err(|error| error.to_string())
}

async fn what_cannot_be_recorded_is_not_done(latchkey: Latchkey) {
    let world = World::of(&latchkey).await;
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

/// The records of an action: who did it, from where, to what, and what more there is to say.
async fn records(latchkey: &Latchkey, action: &str) -> Vec<String> {
    let query = format!(
        "SELECT done_by || ' ' || done_from || ' ' || subject_id || ' ' || COALESCE(detail, '-') \
         FROM audit_records WHERE action = '{action}'"
    );
    texts(&latchkey.database, query).await
}

async fn the_end_of_a_key_is_recorded_after_its_time_for_restoring(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create(&ana, Kind::ApiKey, "WMS").await.key;
    latchkey.engine.delete_access_key(&ana.administrator().unwrap(), &key.id, "WMS").await.unwrap();
    latchkey.engine.remove_what_has_ended().await.unwrap();
    assert_eq!(records(&latchkey, "purged").await, Vec::<String>::new());
    latchkey.clock.advance(std::time::Duration::from_hours(30 * 24));
    for _ in 0..2 {
        latchkey.engine.remove_what_has_ended().await.unwrap();
        assert_eq!(records(&latchkey, "purged").await, [format!("latchkey latchkey {} WMS", key.id)]);
    }
}

async fn signing_out_is_recorded_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for _ in 0..2 {
        latchkey.engine.sign_out(&ana).await.unwrap();
        assert_eq!(records(&latchkey, "signed_out").await, [format!("ana@example.com {ADDRESS} {} -", ana.member_id)]);
    }
}

async fn a_withdrawn_invitation_is_recorded(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.engine.invite_member(&administrator, "ben@example.com", Role::Member).await.unwrap();
    latchkey.engine.withdraw_invitation(&administrator, "Ben@example.com").await.unwrap();
    assert_eq!(
        records(&latchkey, "invitation_withdrawn").await,
        [format!("ana@example.com {ADDRESS} ben@example.com -")]
    );
}
