//! A right that was taken away is gone for running requests too: each checks it again in the transaction of its change.

use std::time::Duration;

use latchkey_engine::{
    keys::scopes::{DefineScopeError, DeleteScopeError},
    keys::{
        CreateAccessKeyError, DeleteAccessKeyError, KeyChangeError, RenameAccessKeyError, RestoreAccessKeyError,
        SetScopesError, SetStatusError, SetTokenLifetimeError,
    },
    people::{Caller, InviteError, RecoveryLinkError, RemoveMemberError, SetMemberRoleError, WithdrawInvitationError},
    verification::Verified,
};
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, CreatedAccessKey, Kind},
    member::Role,
    scope::{DefineScope, Scopes},
    timestamp::Timestamp,
};

use crate::support::{ADDRESS, Latchkey, START, creation, database::dump, secret_of};

on_both_databases! {
    a_former_administrator_cannot_change_anything
    a_former_key_manager_cannot_change_anything
    a_key_manager_can_deactivate_itself
}

fn manage() -> Scopes {
    "access-keys:manage".parse().unwrap()
}

/// Tries every change that requires an administrator, as a member who just lost that role.
async fn assert_every_change_is_refused(latchkey: &Latchkey, former: &Caller, ana: &Caller) {
    let administrator = former.administrator().unwrap();
    let (engine, by) = (&latchkey.engine, &administrator);
    let id = &latchkey.create(ana, Kind::OAuthClient, "ERP").await.key.id;
    let scope = DefineScope { name: "orders:read".to_owned(), description: String::new() };
    engine.keys.define_scope(&ana.administrator().unwrap(), &scope).await.unwrap();
    engine.people.invite(&ana.administrator().unwrap(), "cy@example.com", Role::Member).await.unwrap();
    let before = dump(&latchkey.database).await;

    let created = engine.keys.create(by, &creation(Kind::ApiKey, "new")).await;
    assert!(matches!(created, Err(CreateAccessKeyError::NotAllowed(_))));
    let renamed = engine.keys.rename(by, id, "new").await;
    assert!(matches!(renamed, Err(RenameAccessKeyError::Change(KeyChangeError::NotAllowed(_)))));
    let activated = engine.keys.set_status(by, id, Activation::Active).await;
    assert!(matches!(activated, Err(SetStatusError::Change(KeyChangeError::NotAllowed(_)))));
    assert!(matches!(
        engine.keys.set_scopes(by, id, manage()).await,
        Err(SetScopesError::Change(KeyChangeError::NotAllowed(_)))
    ));
    let shortened = engine.keys.set_token_lifetime(by, id, Some(60)).await;
    assert!(matches!(shortened, Err(SetTokenLifetimeError::Change(KeyChangeError::NotAllowed(_)))));
    assert!(matches!(
        engine.keys.delete(by, id, "ERP").await,
        Err(DeleteAccessKeyError::Change(KeyChangeError::NotAllowed(_)))
    ));
    assert!(matches!(
        engine.keys.restore(by, id).await,
        Err(RestoreAccessKeyError::Change(KeyChangeError::NotAllowed(_)))
    ));
    let defined = engine.keys.define_scope(by, &DefineScope { name: "new".to_owned(), ..scope.clone() }).await;
    assert!(matches!(defined, Err(DefineScopeError::NotAllowed(_))));
    let dropped = engine.keys.delete_scope(by, &"orders:read".parse().unwrap()).await;
    assert!(matches!(dropped, Err(DeleteScopeError::NotAllowed(_))));
    let demoted = engine.people.set_role(by, &ana.member_id, Role::Member).await;
    assert!(matches!(demoted, Err(SetMemberRoleError::NotAllowed(_))));
    let promoted = engine.people.set_role(by, &former.member_id, Role::Administrator).await;
    assert!(matches!(promoted, Err(SetMemberRoleError::NotAllowed(_))));
    assert!(matches!(engine.people.remove(by, &ana.member_id).await, Err(RemoveMemberError::NotAllowed(_))));
    let invited = engine.people.invite(by, "eve@example.com", Role::Administrator).await;
    assert!(matches!(invited, Err(InviteError::NotAllowed(_))));
    let withdrawn = engine.people.withdraw_invitation(by, "cy@example.com").await;
    assert!(matches!(withdrawn, Err(WithdrawInvitationError::NotAllowed(_))));
    let link = engine.people.make_recovery_link(by, &ana.member_id).await;
    assert!(matches!(link, Err(RecoveryLinkError::NotAllowed(_))));

    assert_eq!(dump(&latchkey.database).await, before);
}

async fn a_former_administrator_cannot_change_anything(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    latchkey.engine.people.set_role(&administrator, &ben.member_id, Role::Member).await.unwrap();
    assert_every_change_is_refused(&latchkey, &ben, &ana).await;
    latchkey.engine.people.remove(&administrator, &ben.member_id).await.unwrap();
    assert_every_change_is_refused(&latchkey, &ben, &ana).await;
}

/// Creates a credential that manages keys until `expires_at`, and verifies it as a request does.
async fn manager(latchkey: &Latchkey, ana: &Caller, expires_at: Option<Timestamp>) -> (CreatedAccessKey, Verified) {
    let administrator = ana.administrator().unwrap();
    let request = CreateAccessKey { scopes: manage(), expires_at, ..creation(Kind::ApiKey, "manager") };
    let key = latchkey.engine.keys.create(&administrator, &request).await.unwrap();
    latchkey.set_status(ana, &key, Activation::Active).await;
    let verified = latchkey.engine.verification.verify_api_key(secret_of(&key), ADDRESS).await.unwrap();
    (key, verified)
}

async fn may_manage(latchkey: &Latchkey, verified: &Verified, victim: &CreatedAccessKey) -> bool {
    let manager = verified.key_manager(ADDRESS).unwrap();
    let created = latchkey.engine.keys.create(manager, &creation(Kind::ApiKey, "made")).await;
    let activated = latchkey.engine.keys.set_status(manager, &victim.key.id, Activation::Active).await;
    match (created, activated) {
        (Ok(_), Ok(_)) => true,
        (Err(CreateAccessKeyError::NotAllowed(_)), Err(SetStatusError::Change(KeyChangeError::NotAllowed(_)))) => false,
        (created, activated) => panic!("{created:?} {activated:?}"),
    }
}

async fn a_former_key_manager_cannot_change_anything(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let engine = &latchkey.engine;
    let victim = latchkey.create(&ana, Kind::ApiKey, "WMS").await;

    let (key, verified) = manager(&latchkey, &ana, None).await;
    assert!(may_manage(&latchkey, &verified, &victim).await);
    latchkey.set_status(&ana, &key, Activation::Inactive).await;
    assert!(!may_manage(&latchkey, &verified, &victim).await, "deactivated");
    latchkey.set_status(&ana, &key, Activation::Active).await;
    assert!(!may_manage(&latchkey, &verified, &victim).await, "activation does not revive an earlier verdict");

    let (key, verified) = manager(&latchkey, &ana, None).await;
    engine.keys.set_scopes(&administrator, &key.key.id, Scopes::default()).await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await, "the scope was taken away");

    let (key, verified) = manager(&latchkey, &ana, None).await;
    engine.keys.delete(&administrator, &key.key.id, "manager").await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await, "deleted");

    let (_, verified) = manager(&latchkey, &ana, Some(Timestamp(START + 1000))).await;
    assert!(may_manage(&latchkey, &verified, &victim).await);
    latchkey.clock.advance(Duration::from_secs(1));
    assert!(!may_manage(&latchkey, &verified, &victim).await, "expired");
}

async fn a_key_manager_can_deactivate_itself(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let victim = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
    let (key, verified) = manager(&latchkey, &ana, None).await;
    let itself = verified.key_manager(ADDRESS).unwrap();
    latchkey.engine.keys.set_status(itself, &key.key.id, Activation::Inactive).await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await);
}
