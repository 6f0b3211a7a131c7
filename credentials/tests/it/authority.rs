//! A right that is taken away is gone for the requests that are under way: each asks again inside its change.

use std::time::Duration;

use latchkey_credentials::{
    Caller,
    access_keys::{
        CreateAccessKeyError, DeleteAccessKeyError, RenameAccessKeyError, RestoreAccessKeyError, SetScopesError,
        SetStatusError, SetTokenLifetimeError,
    },
    machines::Verified,
    members::{InviteError, RemoveMemberError, SetMemberRoleError, WithdrawInvitationError},
    scopes::{DefineScopeError, DeleteScopeError},
    sessions::RecoveryLinkError,
};
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, CreatedAccessKey, Kind},
    member::Role,
    scope::{DefineScope, Scopes},
    timestamp::Timestamp,
};

use crate::support::{ADDRESS, Latchkey, START, creation, database::dump, secret_of};

on_both_databases! {
    who_is_no_administrator_any_more_changes_nothing
    a_credential_that_manages_no_more_changes_nothing
    a_credential_may_take_the_right_from_itself
}

fn manage() -> Scopes {
    "access-keys:manage".parse().unwrap()
}

/// Tries every change that takes an administrator, as one who was that a moment ago.
async fn is_refused_everything(latchkey: &Latchkey, former: &Caller, ana: &Caller) {
    let administrator = former.administrator().unwrap();
    let (engine, by) = (&latchkey.engine, &administrator);
    let id = &latchkey.create(ana, Kind::OAuthClient, "ERP").await.key.id;
    let scope = DefineScope { name: "orders:read".to_owned(), description: String::new() };
    engine.define_scope(&ana.administrator().unwrap(), &scope).await.unwrap();
    engine.invite_member(&ana.administrator().unwrap(), "cy@example.com", Role::Member).await.unwrap();
    let before = dump(&latchkey.database).await;

    let created = engine.create_access_key(by, &creation(Kind::ApiKey, "new")).await;
    assert!(matches!(created, Err(CreateAccessKeyError::NotAllowed(_))));
    let renamed = engine.rename_access_key(by, id, "new").await;
    assert!(matches!(renamed, Err(RenameAccessKeyError::NotAllowed(_))));
    let activated = engine.set_access_key_status(by, id, Activation::Active).await;
    assert!(matches!(activated, Err(SetStatusError::NotAllowed(_))));
    assert!(matches!(engine.set_scopes(by, id, manage()).await, Err(SetScopesError::NotAllowed(_))));
    let shortened = engine.set_token_lifetime(by, id, Some(60)).await;
    assert!(matches!(shortened, Err(SetTokenLifetimeError::NotAllowed(_))));
    assert!(matches!(engine.delete_access_key(by, id, "ERP").await, Err(DeleteAccessKeyError::NotAllowed(_))));
    assert!(matches!(engine.restore_access_key(by, id).await, Err(RestoreAccessKeyError::NotAllowed(_))));
    let defined = engine.define_scope(by, &DefineScope { name: "new".to_owned(), ..scope.clone() }).await;
    assert!(matches!(defined, Err(DefineScopeError::NotAllowed(_))));
    let dropped = engine.delete_scope(by, &"orders:read".parse().unwrap()).await;
    assert!(matches!(dropped, Err(DeleteScopeError::NotAllowed(_))));
    let demoted = engine.set_member_role(by, &ana.member_id, Role::Member).await;
    assert!(matches!(demoted, Err(SetMemberRoleError::NotAllowed(_))));
    let promoted = engine.set_member_role(by, &former.member_id, Role::Administrator).await;
    assert!(matches!(promoted, Err(SetMemberRoleError::NotAllowed(_))));
    assert!(matches!(engine.remove_member(by, &ana.member_id).await, Err(RemoveMemberError::NotAllowed(_))));
    let invited = engine.invite_member(by, "eve@example.com", Role::Administrator).await;
    assert!(matches!(invited, Err(InviteError::NotAllowed(_))));
    let withdrawn = engine.withdraw_invitation(by, "cy@example.com").await;
    assert!(matches!(withdrawn, Err(WithdrawInvitationError::NotAllowed(_))));
    let link = engine.make_recovery_link(by, &ana.member_id).await;
    assert!(matches!(link, Err(RecoveryLinkError::NotAllowed(_))));

    assert_eq!(dump(&latchkey.database).await, before);
}

async fn who_is_no_administrator_any_more_changes_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    latchkey.engine.set_member_role(&administrator, &ben.member_id, Role::Member).await.unwrap();
    is_refused_everything(&latchkey, &ben, &ana).await;
    latchkey.engine.remove_member(&administrator, &ben.member_id).await.unwrap();
    is_refused_everything(&latchkey, &ben, &ana).await;
}

/// A credential that manages keys until `expires_at`, and its verdict, as a request holds it.
async fn manager(latchkey: &Latchkey, ana: &Caller, expires_at: Option<Timestamp>) -> (CreatedAccessKey, Verified) {
    let administrator = ana.administrator().unwrap();
    let request = CreateAccessKey { scopes: manage(), expires_at, ..creation(Kind::ApiKey, "manager") };
    let key = latchkey.engine.create_access_key(&administrator, &request).await.unwrap();
    latchkey.set_status(ana, &key, Activation::Active).await;
    let verified = latchkey.engine.verify_api_key(secret_of(&key), ADDRESS).await.unwrap();
    (key, verified)
}

async fn may_manage(latchkey: &Latchkey, verified: &Verified, victim: &CreatedAccessKey) -> bool {
    let manager = verified.key_manager(ADDRESS).unwrap();
    let created = latchkey.engine.create_access_key(manager, &creation(Kind::ApiKey, "made")).await;
    let activated = latchkey.engine.set_access_key_status(manager, &victim.key.id, Activation::Active).await;
    match (created, activated) {
        (Ok(_), Ok(_)) => true,
        (Err(CreateAccessKeyError::NotAllowed(_)), Err(SetStatusError::NotAllowed(_))) => false,
        (created, activated) => panic!("{created:?} {activated:?}"),
    }
}

async fn a_credential_that_manages_no_more_changes_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let engine = &latchkey.engine;
    let victim = latchkey.create(&ana, Kind::ApiKey, "WMS").await;

    let (key, verified) = manager(&latchkey, &ana, None).await;
    assert!(may_manage(&latchkey, &verified, &victim).await);
    latchkey.set_status(&ana, &key, Activation::Inactive).await;
    assert!(!may_manage(&latchkey, &verified, &victim).await, "deactivated");
    latchkey.set_status(&ana, &key, Activation::Active).await;
    assert!(!may_manage(&latchkey, &verified, &victim).await, "what was ended is not revived");

    let (key, verified) = manager(&latchkey, &ana, None).await;
    engine.set_scopes(&administrator, &key.key.id, Scopes::default()).await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await, "the scope was taken away");

    let (key, verified) = manager(&latchkey, &ana, None).await;
    engine.delete_access_key(&administrator, &key.key.id, "manager").await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await, "deleted");

    let (_, verified) = manager(&latchkey, &ana, Some(Timestamp(START + 1000))).await;
    assert!(may_manage(&latchkey, &verified, &victim).await);
    latchkey.clock.advance(Duration::from_secs(1));
    assert!(!may_manage(&latchkey, &verified, &victim).await, "expired");
}

async fn a_credential_may_take_the_right_from_itself(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let victim = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
    let (key, verified) = manager(&latchkey, &ana, None).await;
    let itself = verified.key_manager(ADDRESS).unwrap();
    latchkey.engine.set_access_key_status(itself, &key.key.id, Activation::Inactive).await.unwrap();
    assert!(!may_manage(&latchkey, &verified, &victim).await);
}
