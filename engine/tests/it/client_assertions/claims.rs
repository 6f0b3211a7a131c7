//! The claims and the times of an assertion.

use std::time::Duration;

use latchkey_engine::{
    Settings,
    operations::backup::{ActiveKeys, AfterRestore, Tokens, after_restore},
};
use latchkey_model::access_key::{Activation, Kind};
use serde_json::{Value, json};

use super::{NOW, claims, client_of, is_accepted};
use crate::support::{
    ISSUER, Latchkey,
    key_pairs::{pair, signed},
};

on_both_databases! {
    an_assertion_with_invalid_claims_is_refused
    times_have_a_leeway_of_ten_seconds
    the_operator_sets_the_maximum_assertion_lifetime
    an_assertion_issued_before_the_last_activation_is_refused
    an_assertion_issued_before_the_last_restore_is_refused
}

async fn an_assertion_with_invalid_claims_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let other = latchkey.create_active(&ana, Kind::OAuthClient, "other").await;
    let with = |member: &str, value: Value| {
        let mut claims = claims(&client, member);
        claims[member] = value;
        signed(&pair, &claims)
    };
    let without = |member: &str| {
        let mut claims = claims(&client, member);
        claims.as_object_mut().unwrap().remove(member);
        signed(&pair, &claims)
    };
    for (what, jwt) in [
        ("another issuer", with("iss", json!(other.key.id))),
        ("another subject", with("sub", json!(other.key.id))),
        ("another audience", with("aud", json!("https://elsewhere.example"))),
        ("the token endpoint", with("aud", json!(format!("{ISSUER}/oauth/token")))),
        ("two audiences", with("aud", json!([ISSUER, "https://elsewhere.example"]))),
        ("no audience", without("aud")),
        ("no expiry", without("exp")),
        ("expired", with("exp", json!(NOW - 11))),
        ("a longer life", with("exp", json!(NOW + 301))),
        ("no time of issue", without("iat")),
        ("issued in the future", with("iat", json!(NOW + 11))),
        ("not yet valid", with("nbf", json!(NOW + 11))),
        ("issued in the future and valid now", {
            let mut claims = claims(&client, "future");
            (claims["nbf"], claims["iat"]) = (json!(NOW), json!(NOW + 11));
            signed(&pair, &claims)
        }),
        ("no identifier", without("jti")),
        ("an empty identifier", with("jti", json!(""))),
        ("a long identifier", with("jti", json!("x".repeat(257)))),
        ("an identifier with a NUL", with("jti", json!("a\0b"))),
        ("text instead of a number", with("exp", json!("soon"))),
        ("the largest possible expiry", with("exp", json!(i64::MAX))),
    ] {
        assert!(!is_accepted(&latchkey, &jwt).await, "{what}");
    }
    for jwt in ["", ".", "..", "a.b.c", "ключ.ключ.ключ"] {
        assert!(!is_accepted(&latchkey, jwt).await, "{jwt}");
    }
    assert!(is_accepted(&latchkey, &with("aud", json!([ISSUER]))).await);
    assert!(is_accepted(&latchkey, &with("nbf", json!(NOW))).await);
}

async fn times_have_a_leeway_of_ten_seconds(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    latchkey.clock.advance(Duration::from_secs(400));
    let now = NOW + 400;
    let ahead = |seconds: i64| {
        let mut claims = claims(&client, &seconds.to_string());
        claims["iat"] = json!(now + seconds);
        claims["exp"] = json!(now + seconds + 300);
        signed(&pair, &claims)
    };
    assert!(is_accepted(&latchkey, &ahead(10)).await);
    assert!(!is_accepted(&latchkey, &ahead(11)).await);
    assert!(is_accepted(&latchkey, &ahead(-309)).await);
    assert!(!is_accepted(&latchkey, &ahead(-310)).await);
    latchkey.clock.advance(Duration::from_secs(319));
    assert!(!is_accepted(&latchkey, &ahead(10)).await, "it is remembered for as long as it would be valid");
}

async fn the_operator_sets_the_maximum_assertion_lifetime(mut latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    for longest in [300, 3600, 60] {
        let lasts = Duration::from_secs(longest);
        latchkey = latchkey.restart_with(|settings| Settings { assertion_lifetime: lasts, ..settings }).await;
        for (seconds, is_good) in [(longest, true), (longest + 1, false)] {
            let mut claims = claims(&client, &seconds.to_string());
            claims["exp"] = json!(NOW + seconds.cast_signed());
            assert_eq!(is_accepted(&latchkey, &signed(&pair, &claims)).await, is_good, "{seconds} of {longest}");
        }
    }
}

async fn an_assertion_issued_before_the_last_activation_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let issued = |seconds: i64| {
        let mut claims = claims(&client, &seconds.to_string());
        claims["iat"] = json!(NOW + seconds);
        signed(&pair, &claims)
    };
    assert!(!is_accepted(&latchkey, &issued(-1)).await, "before the first activation");
    latchkey.clock.advance(Duration::from_secs(20));
    latchkey.set_status(&ana, &client, Activation::Active).await;
    assert!(is_accepted(&latchkey, &issued(0)).await, "a repeated activation changes nothing");
    latchkey.set_status(&ana, &client, Activation::Inactive).await;
    latchkey.clock.advance(Duration::from_secs(10));
    latchkey.set_status(&ana, &client, Activation::Active).await;
    let latchkey = latchkey.restart().await;
    for seconds in [1, 20, 29] {
        assert!(!is_accepted(&latchkey, &issued(seconds)).await, "{seconds}");
    }
    assert!(is_accepted(&latchkey, &issued(30)).await);
}

async fn an_assertion_issued_before_the_last_restore_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let issued = |seconds: i64| {
        let mut claims = claims(&client, &seconds.to_string());
        claims["iat"] = json!(NOW + seconds);
        signed(&pair, &claims)
    };
    assert!(is_accepted(&latchkey, &issued(0)).await);
    latchkey.clock.advance(Duration::from_secs(20));
    let what = AfterRestore { tokens: Tokens::Keep, active_keys: ActiveKeys::Keep };
    after_restore(&latchkey.engine, what).await.unwrap();
    for seconds in [0, 1, 19] {
        assert!(!is_accepted(&latchkey, &issued(seconds)).await, "the backup may not contain its use");
    }
    assert!(is_accepted(&latchkey, &issued(20)).await);
    let latchkey = latchkey.restart().await;
    assert!(!is_accepted(&latchkey, &issued(2)).await);
}
