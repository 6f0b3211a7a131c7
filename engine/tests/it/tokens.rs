use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_engine::{
    keys::{CreateAccessKeyError, KeyChangeError, SetTokenLifetimeError},
    oauth::{ClientAuthentication, IssueTokenError},
};
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, Kind},
    timestamp::Timestamp,
};
use serde_json::{Value, json};

use crate::support::{
    ADDRESS, ISSUER, Latchkey, START, creation, forged, proof_of, secret_of,
    tokens::{is_good, token},
};

on_both_databases! {
    a_token_has_the_claims_of_rfc_9068
    a_token_expires_after_its_lifetime
    a_token_expires_no_later_than_its_client
    deactivation_ends_every_earlier_token_permanently
    an_inactive_or_unknown_client_gets_no_token
    the_secret_must_belong_to_the_client_id
    a_token_is_valid_after_a_restart
    a_client_in_its_last_second_gets_no_token
    a_wrong_client_secret_is_never_hashed
    a_client_can_have_a_separate_token_lifetime
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn a_token_has_the_claims_of_rfc_9068(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    let token = token(&latchkey, &client).await;
    let keys = latchkey.engine.signing_keys.public_key_set();
    assert_eq!(part(&token, 0), json!({ "typ": "at+jwt", "alg": "ES256", "kid": keys["keys"][0]["kid"] }));
    assert!(keys["keys"][0].get("d").is_none(), "only the public half is published");
    let claims = part(&token, 1);
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], ISSUER);
    assert_eq!(claims["sub"], client.key.id.as_str());
    assert_eq!(claims["client_id"], client.key.id.as_str());
    assert_eq!(claims["iat"], START / 1000);
    assert_eq!(claims["exp"], START / 1000 + 3600);
    assert_eq!(claims["latchkey_generation"], 1);
    assert_eq!(claims["latchkey_organization"], ana.organization_id.as_str());
    assert!(claims["jti"].as_str().unwrap().len() > 20);
    assert!(is_good(&latchkey, &token).await);
}

async fn a_token_expires_after_its_lifetime(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    let token = token(&latchkey, &client).await;
    latchkey.clock.advance(Duration::from_secs(3599));
    assert!(is_good(&latchkey, &token).await);
    latchkey.clock.advance(Duration::from_secs(1));
    assert!(!is_good(&latchkey, &token).await);
}

async fn a_token_expires_no_later_than_its_client(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let soon = CreateAccessKey { expires_at: Some(Timestamp(START + 90_000)), ..creation(Kind::OAuthClient, "WMS") };
    let client = latchkey.engine.keys.create(&ana.administrator().unwrap(), &soon).await.unwrap();
    latchkey.set_status(&ana, &client, Activation::Active).await;
    let issued = latchkey.engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap();
    assert_eq!(issued.expires_in, 90);
    assert_eq!(part(issued.access_token.expose(), 1)["exp"], START / 1000 + 90);
}

async fn deactivation_ends_every_earlier_token_permanently(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    let earlier = token(&latchkey, &client).await;
    latchkey.set_status(&ana, &client, Activation::Inactive).await;
    assert!(!is_good(&latchkey, &earlier).await);
    latchkey.set_status(&ana, &client, Activation::Active).await;
    assert!(!is_good(&latchkey, &earlier).await, "reactivation revives no earlier token");
    assert!(is_good(&latchkey, &token(&latchkey, &client).await).await);
}

async fn an_inactive_or_unknown_client_gets_no_token(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create(&ana, Kind::OAuthClient, "WMS").await;
    let secret = secret_of(&client);
    for (id, secret) in [(client.key.id.as_str(), secret), ("oc_000000000000", secret), ("", ""), (secret, secret)] {
        let refused = latchkey
            .engine
            .oauth
            .issue_token(&ClientAuthentication::Secret { client_id: id, secret }, None, ADDRESS)
            .await;
        assert!(matches!(refused, Err(IssueTokenError::InvalidClient)));
    }
}

async fn the_secret_must_belong_to_the_client_id(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let one = latchkey.create_active(&ana, Kind::OAuthClient, "one").await;
    let other = latchkey.create_active(&ana, Kind::OAuthClient, "other").await;
    let refused = latchkey
        .engine
        .oauth
        .issue_token(
            &ClientAuthentication::Secret { client_id: other.key.id.as_str(), secret: secret_of(&one) },
            None,
            ADDRESS,
        )
        .await;
    assert!(matches!(refused, Err(IssueTokenError::InvalidClient)));
}

async fn a_token_is_valid_after_a_restart(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "WMS").await;
    let token = token(&latchkey, &client).await;
    let latchkey = latchkey.restart().await;
    assert!(is_good(&latchkey, &token).await, "the signing key was kept");
}

async fn a_client_in_its_last_second_gets_no_token(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let soon = CreateAccessKey { expires_at: Some(Timestamp(START + 90_500)), ..creation(Kind::OAuthClient, "WMS") };
    let client = latchkey.engine.keys.create(&ana.administrator().unwrap(), &soon).await.unwrap();
    latchkey.set_status(&ana, &client, Activation::Active).await;
    latchkey.clock.advance(Duration::from_millis(89_999));
    let issued = latchkey.engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap();
    assert_eq!(issued.expires_in, 1);
    assert!(is_good(&latchkey, issued.access_token.expose()).await);
    latchkey.clock.advance(Duration::from_millis(1));
    let refused = latchkey.engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await;
    assert!(matches!(refused, Err(IssueTokenError::InvalidClient)), "a token without a lifetime would be useless");
}

async fn a_wrong_client_secret_is_never_hashed(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let active = latchkey.create_active(&ana, Kind::OAuthClient, "active").await;
    let inactive = latchkey.create(&ana, Kind::OAuthClient, "inactive").await;
    let secret = secret_of(&active);
    let unknown = secret.replace(active.key.id.as_str(), "oc_000000000000");
    let before = latchkey.engine.statistics().secret_hashes;
    for (what, id, secret) in [
        ("an unknown client", "oc_000000000000", forged(&unknown)),
        ("a wrong secret", active.key.id.as_str(), forged(secret)),
        ("an inactive client with a wrong secret", inactive.key.id.as_str(), forged(secret_of(&inactive))),
        ("no secret", active.key.id.as_str(), "wrong".to_owned()),
    ] {
        let proof = ClientAuthentication::Secret { client_id: id, secret: &secret };
        let refused = latchkey.engine.oauth.issue_token(&proof, None, ADDRESS).await;
        assert!(matches!(refused, Err(IssueTokenError::InvalidClient)), "{what}");
        assert_eq!(latchkey.engine.statistics().secret_hashes, before, "{what}");
    }
    token(&latchkey, &active).await;
    assert_eq!(latchkey.engine.statistics().secret_hashes, before + 1, "the right secret is hashed");
}

async fn a_client_can_have_a_separate_token_lifetime(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let engine = &latchkey.engine;
    let request = CreateAccessKey { token_lifetime: Some(60), ..creation(Kind::OAuthClient, "WMS") };
    let client = engine.keys.create(&administrator, &request).await.unwrap();
    latchkey.set_status(&ana, &client, Activation::Active).await;
    let lasts = async || engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap().expires_in;
    assert_eq!(lasts().await, 60);
    engine.keys.set_token_lifetime(&administrator, &client.key.id, Some(86_400)).await.unwrap();
    assert_eq!(lasts().await, 86_400);
    engine.keys.set_token_lifetime(&administrator, &client.key.id, None).await.unwrap();
    assert_eq!(lasts().await, 3600);
    for seconds in [0, 59, 86_401] {
        let refused = engine.keys.set_token_lifetime(&administrator, &client.key.id, Some(seconds)).await;
        assert!(matches!(refused, Err(SetTokenLifetimeError::TokenLifetime(_))), "{refused:?}");
        let request = CreateAccessKey { token_lifetime: Some(seconds), ..creation(Kind::OAuthClient, "WMS") };
        let refused = engine.keys.create(&administrator, &request).await;
        assert!(matches!(refused, Err(CreateAccessKeyError::TokenLifetime(_))), "{refused:?}");
    }
    let key = latchkey.create(&ana, Kind::ApiKey, "key").await;
    let refused = engine.keys.set_token_lifetime(&administrator, &key.key.id, Some(60)).await;
    assert!(matches!(refused, Err(SetTokenLifetimeError::Change(KeyChangeError::Unknown))), "{refused:?}");
}
