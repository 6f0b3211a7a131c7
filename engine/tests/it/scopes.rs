use latchkey_engine::{
    keys::scopes::{DefineScopeError, DeleteScopeError, ScopeRefused},
    keys::{CreateAccessKeyError, KeyChangeError, SetScopesError},
    oauth::{IntrospectError, IssueTokenError},
    paging::ListError,
    people::Caller,
    verification::Verified,
};
use latchkey_model::{
    access_key::{Action, Activation, CreateAccessKey, CreatedAccessKey, Kind},
    page::PageRequest,
    scope::{DefineScope, Scopes},
};

use crate::support::{ADDRESS, FIRST_PAGE, Latchkey, creation, proof_of, secret_of};

on_both_databases! {
    scopes_belong_to_one_organization
    scopes_are_paginated_with_built_in_scopes_last
    an_invalid_or_built_in_scope_cannot_be_defined
    a_key_can_have_only_defined_scopes
    a_change_of_scopes_is_recorded_and_applies_at_once
    a_scope_in_use_cannot_be_deleted
    a_token_has_only_requested_scopes_that_its_key_still_has
    introspection_shows_only_credentials_of_the_callers_organization
    a_key_manager_cannot_grant_built_in_scopes
    a_client_can_revoke_only_its_own_tokens
}

fn scopes(text: &str) -> Scopes {
    text.parse().unwrap()
}

async fn define(latchkey: &Latchkey, caller: &Caller, name: &str) -> Result<(), DefineScopeError> {
    let request = DefineScope { name: name.to_owned(), description: format!("{name}, in words") };
    latchkey.engine.keys.define_scope(&caller.administrator().unwrap(), &request).await.map(|_| ())
}

async fn set(latchkey: &Latchkey, caller: &Caller, key: &CreatedAccessKey, text: &str) -> Result<(), SetScopesError> {
    let administrator = caller.administrator().unwrap();
    latchkey.engine.keys.set_scopes(&administrator, &key.key.id, scopes(text)).await.map(|_| ())
}

async fn names(latchkey: &Latchkey, caller: &Caller) -> Vec<String> {
    let list = latchkey.engine.keys.list_scopes(caller, &FIRST_PAGE).await.unwrap();
    list.scopes.iter().map(|scope| scope.name.to_string()).collect()
}

async fn verified(latchkey: &Latchkey, key: &CreatedAccessKey) -> Verified {
    latchkey.engine.verification.verify_api_key(secret_of(key), ADDRESS).await.unwrap()
}

async fn token(latchkey: &Latchkey, client: &CreatedAccessKey, scope: Option<&str>) -> Result<String, IssueTokenError> {
    let issued = latchkey.engine.oauth.issue_token(&proof_of(client), scope.map(scopes), ADDRESS).await?;
    Ok(issued.access_token.expose().to_owned())
}

async fn scopes_belong_to_one_organization(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    define(&latchkey, &ana, "orders:write").await.unwrap();
    define(&latchkey, &ana, "orders:read").await.unwrap();
    define(&latchkey, &ana, "orders:read").await.unwrap();
    assert_eq!(
        names(&latchkey, &ana).await,
        ["orders:read", "orders:write", "access-keys:manage", "tokens:introspect"]
    );
    assert_eq!(names(&latchkey, &eve).await, ["access-keys:manage", "tokens:introspect"]);
    let key = latchkey.create_active(&eve, Kind::ApiKey, "hers").await;
    assert!(matches!(
        set(&latchkey, &eve, &key, "orders:read").await,
        Err(SetScopesError::Scope(ScopeRefused::Undefined(_)))
    ));
    let orders = "orders:read".parse().unwrap();
    let refused = latchkey.engine.keys.delete_scope(&eve.administrator().unwrap(), &orders).await;
    assert!(matches!(refused, Err(DeleteScopeError::Unknown)));
    latchkey.engine.keys.delete_scope(&ana.administrator().unwrap(), &orders).await.unwrap();
    assert_eq!(names(&latchkey, &ana).await[0], "orders:write");
}

async fn scopes_are_paginated_with_built_in_scopes_last(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for name in ["orders:write", "orders:read", "a:a"] {
        define(&latchkey, &ana, name).await.unwrap();
    }
    let all = ["a:a", "orders:read", "orders:write", "access-keys:manage", "tokens:introspect"];
    assert_eq!(names(&latchkey, &ana).await, all);
    for limit in 1..=5 {
        let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let request = PageRequest { cursor, limit: Some(limit) };
            let page = latchkey.engine.keys.list_scopes(&ana, &request).await.unwrap();
            assert!(page.scopes.len() <= limit as usize);
            seen.extend(page.scopes.iter().map(|scope| scope.name.to_string()));
            pages += 1;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all, "{limit} at a time");
        assert_eq!(pages, 5_u32.div_ceil(limit), "{limit} at a time");
    }
    let made_up = PageRequest { cursor: Some("no scope".to_owned()), limit: None };
    assert!(matches!(latchkey.engine.keys.list_scopes(&ana, &made_up).await, Err(ListError::Cursor(_))));
}

async fn an_invalid_or_built_in_scope_cannot_be_defined(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for name in ["", "two words", "quote\"", "ümlaut", &"x".repeat(65)] {
        assert!(matches!(define(&latchkey, &ana, name).await, Err(DefineScopeError::Name(_))), "{name:?}");
    }
    for name in ["access-keys:manage", "tokens:introspect"] {
        assert!(matches!(define(&latchkey, &ana, name).await, Err(DefineScopeError::BuiltIn)), "{name}");
        let refused = latchkey.engine.keys.delete_scope(&ana.administrator().unwrap(), &name.parse().unwrap()).await;
        assert!(matches!(refused, Err(DeleteScopeError::Unknown)), "{name}");
    }
}

async fn a_key_can_have_only_defined_scopes(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    define(&latchkey, &ana, "orders:read").await.unwrap();
    let create = async |text: &str| {
        let request = CreateAccessKey { scopes: scopes(text), ..creation(Kind::ApiKey, "WMS") };
        latchkey.engine.keys.create(&ana.administrator().unwrap(), &request).await
    };
    assert!(matches!(
        create("orders:read orders:write").await,
        Err(CreateAccessKeyError::Scope(ScopeRefused::Undefined(_)))
    ));
    let key = create("orders:read tokens:introspect").await.unwrap();
    assert_eq!(key.key.scopes.to_string(), "orders:read tokens:introspect");
    latchkey.set_status(&ana, &key, Activation::Active).await;
    assert_eq!(verified(&latchkey, &key).await.scopes().clone(), key.key.scopes);
}

async fn a_change_of_scopes_is_recorded_and_applies_at_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    define(&latchkey, &ana, "orders:read").await.unwrap();
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    assert!(verified(&latchkey, &key).await.scopes().is_empty());
    set(&latchkey, &ana, &key, "orders:read").await.unwrap();
    set(&latchkey, &ana, &key, "orders:read").await.unwrap();
    assert_eq!(verified(&latchkey, &key).await.scopes().clone(), scopes("orders:read"));
    let details = latchkey.engine.keys.get(&ana, &key.key.id).await.unwrap();
    let changes: Vec<_> =
        details.history.records.iter().filter(|record| record.action == Action::ScopesChanged).collect();
    assert_eq!(changes.len(), 1, "setting the same scopes changes nothing");
    assert_eq!(changes[0].detail.as_deref(), Some("orders:read"));
    set(&latchkey, &ana, &key, "").await.unwrap();
    assert!(verified(&latchkey, &key).await.scopes().is_empty());
}

async fn a_scope_in_use_cannot_be_deleted(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    for name in ["orders", "orders:read", "Orders"] {
        define(&latchkey, &ana, name).await.unwrap();
    }
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    set(&latchkey, &ana, &key, "orders:read").await.unwrap();
    let delete = async |name: &str| latchkey.engine.keys.delete_scope(&administrator, &name.parse().unwrap()).await;
    assert!(matches!(delete("orders:read").await, Err(DeleteScopeError::InUse { keys: 1, .. })));
    delete("orders").await.unwrap();
    delete("Orders").await.unwrap();
    latchkey.engine.keys.delete(&administrator, &key.key.id, "WMS").await.unwrap();
    assert!(
        matches!(delete("orders:read").await, Err(DeleteScopeError::InUse { keys: 1, .. })),
        "the key can be restored"
    );
    latchkey.engine.keys.restore(&administrator, &key.key.id).await.unwrap();
    set(&latchkey, &ana, &key, "").await.unwrap();
    delete("orders:read").await.unwrap();
}

async fn a_token_has_only_requested_scopes_that_its_key_still_has(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    define(&latchkey, &ana, "orders:read").await.unwrap();
    define(&latchkey, &ana, "orders:write").await.unwrap();
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    set(&latchkey, &ana, &client, "orders:read orders:write").await.unwrap();
    let scopes_of = async |token: &str| {
        latchkey.engine.verification.verify_bearer(token, ADDRESS).await.unwrap().scopes().to_string()
    };
    let all = token(&latchkey, &client, None).await.unwrap();
    let some = token(&latchkey, &client, Some("orders:read")).await.unwrap();
    assert_eq!(scopes_of(&all).await, "orders:read orders:write");
    assert_eq!(scopes_of(&some).await, "orders:read");
    for beyond in ["orders:read admin", "tokens:introspect"] {
        assert!(matches!(token(&latchkey, &client, Some(beyond)).await, Err(IssueTokenError::InvalidScope)));
    }
    set(&latchkey, &ana, &client, "orders:write tokens:introspect").await.unwrap();
    assert_eq!(scopes_of(&all).await, "orders:write", "removed scopes are gone, and added scopes are not in the token");
    assert_eq!(scopes_of(&some).await, "");
}

async fn introspection_shows_only_credentials_of_the_callers_organization(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    define(&latchkey, &ana, "orders:read").await.unwrap();
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    set(&latchkey, &ana, &client, "orders:read").await.unwrap();
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let hers = latchkey.create_active(&eve, Kind::ApiKey, "hers").await;
    let asks = latchkey.create_active(&ana, Kind::ApiKey, "API").await;
    let refused = latchkey.engine.oauth.introspect(&verified(&latchkey, &asks).await, secret_of(&key), ADDRESS).await;
    assert!(matches!(refused, Err(IntrospectError::InsufficientScope)));
    set(&latchkey, &ana, &asks, "tokens:introspect").await.unwrap();
    let caller = verified(&latchkey, &asks).await;
    let ask = async |presented: &str| latchkey.engine.oauth.introspect(&caller, presented, ADDRESS).await.unwrap();

    let token = token(&latchkey, &client, None).await.unwrap();
    let reply = ask(&token).await.unwrap();
    assert_eq!((&reply.client_id, reply.scopes.to_string().as_str()), (&client.key.id, "orders:read"));
    assert!(reply.token_id.is_some() && reply.expires_at > Some(reply.issued_at));
    assert_eq!(reply.organization, ana.organization_id);
    let reply = ask(secret_of(&key)).await.unwrap();
    assert_eq!((&reply.client_id, reply.token_id, reply.expires_at), (&key.key.id, None, None));
    assert_eq!(reply.organization, ana.organization_id);

    latchkey.set_status(&ana, &client, Activation::Inactive).await;
    for inactive in ["", "nonsense", &token, secret_of(&hers), secret_of(&client), "a.b.c"] {
        assert_eq!(ask(inactive).await, None);
    }
}

async fn a_key_manager_cannot_grant_built_in_scopes(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let hers = latchkey.create(&eve, Kind::ApiKey, "hers").await;
    define(&latchkey, &ana, "orders:read").await.unwrap();
    let script = latchkey.create_active(&ana, Kind::ApiKey, "script").await;
    assert!(verified(&latchkey, &script).await.key_manager(ADDRESS).is_err());
    set(&latchkey, &ana, &script, "access-keys:manage").await.unwrap();
    let credential = verified(&latchkey, &script).await;
    let manager = credential.key_manager(ADDRESS).unwrap();

    let request = CreateAccessKey { scopes: scopes("orders:read"), ..creation(Kind::ApiKey, "made") };
    let made = latchkey.engine.keys.create(manager, &request).await.unwrap();
    assert_eq!(made.key.created_by, script.key.id.as_str());
    latchkey.engine.keys.set_status(manager, &made.key.id, Activation::Active).await.unwrap();
    let details = latchkey.engine.keys.get(manager, &made.key.id).await.unwrap();
    assert!(details.history.records.iter().all(|record| record.by == script.key.id.as_str()));

    let request = CreateAccessKey { scopes: scopes("tokens:introspect"), ..creation(Kind::ApiKey, "more") };
    let refused = latchkey.engine.keys.create(manager, &request).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::Scope(ScopeRefused::NotGranted(_)))));
    for (key, wanted) in [(&made, "access-keys:manage"), (&script, "access-keys:manage tokens:introspect")] {
        let refused = latchkey.engine.keys.set_scopes(manager, &key.key.id, scopes(wanted)).await;
        assert!(matches!(refused, Err(SetScopesError::Scope(ScopeRefused::NotGranted(_)))), "{wanted}");
    }
    latchkey.engine.keys.set_scopes(manager, &script.key.id, scopes("access-keys:manage orders:read")).await.unwrap();
    let refused = latchkey.engine.keys.set_scopes(manager, &hers.key.id, scopes("")).await;
    assert!(
        matches!(refused, Err(SetScopesError::Change(KeyChangeError::Unknown))),
        "another organization's key is unknown"
    );
}

async fn a_client_can_revoke_only_its_own_tokens(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let other = latchkey.create_active(&ana, Kind::OAuthClient, "other").await;
    let (one, two) = (token(&latchkey, &client, None).await.unwrap(), token(&latchkey, &client, None).await.unwrap());
    let revoke = async |by: &CreatedAccessKey, token: &str| {
        latchkey.engine.oauth.revoke_token(&proof_of(by), token, ADDRESS).await.unwrap();
    };
    revoke(&other, &one).await;
    revoke(&client, "nonsense").await;
    assert!(latchkey.engine.verification.verify_bearer(&one, ADDRESS).await.is_ok());
    revoke(&client, &one).await;
    revoke(&client, &one).await;
    assert!(latchkey.engine.verification.verify_bearer(&one, ADDRESS).await.is_err());
    assert!(latchkey.engine.verification.verify_bearer(&two, ADDRESS).await.is_ok());
    let history = latchkey.engine.keys.get(&ana, &client.key.id).await.unwrap().history.records;
    let actions: Vec<_> = history.iter().map(|record| record.action).collect();
    assert_eq!(actions, [Action::Activated, Action::Created], "a revocation by the client leaves no record");
    assert_eq!(latchkey.engine.statistics().tokens_revoked, 1);
    let latchkey = latchkey.restart().await;
    assert!(latchkey.engine.verification.verify_bearer(&one, ADDRESS).await.is_err(), "it stays revoked");
}
