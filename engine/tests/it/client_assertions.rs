//! Clients that authenticate themselves by `private_key_jwt` (RFC 7523).

use std::time::Duration;

use latchkey_engine::{
    Settings,
    keys::{CreateAccessKeyError, KeyChangeError, SetTokenLifetimeError},
    oauth::{ClientAuthentication, IssueTokenError, IssuedToken},
    operations::backup::{ActiveKeys, AfterRestore, Tokens, after_restore},
    operations::housekeeping,
    people::Caller,
};
use latchkey_model::{
    access_key::{Activation, Authentication, CreateAccessKey, CreatedAccessKey, Kind, Outcome},
    id::RequestId,
    public_key::{InvalidPublicKey, Jwk},
    redacted::Secret,
};
use serde_json::{Value, json};

use crate::support::{
    ADDRESS, ISSUER, Latchkey, START, creation,
    database::run,
    key_pairs::{Pair, base64url, ed25519_pair, pair, rsa_pair, signed},
    proof_of,
};

on_both_databases! {
    a_client_with_a_key_pair_gets_no_secret_and_proves_itself_by_its_signature
    an_assertion_counts_once_on_every_node
    what_an_assertion_must_say
    a_leeway_of_ten_seconds_is_granted
    an_assertion_lasts_as_long_as_the_operator_allows
    an_assertion_from_before_the_last_activation_is_refused
    an_assertion_from_before_the_last_restore_is_refused
    so_many_assertions_of_a_client_are_remembered_and_no_more
    who_registers_a_key_can_prove_to_have_its_private_half
    a_client_with_a_secret_has_no_key_pair_and_the_reverse
    an_inactive_clients_assertion_is_refused
    an_unusable_public_key_makes_nothing
    a_token_lasts_as_long_as_its_client_says
}

const NOW: i64 = START / 1000;

fn with_key(public: &Jwk) -> CreateAccessKey {
    CreateAccessKey { public_key: Some(public.clone()), ..creation(Kind::OAuthClient, "WMS") }
}

pub async fn client_of(latchkey: &Latchkey, caller: &Caller, pair: &Pair) -> CreatedAccessKey {
    let administrator = caller.administrator().unwrap();
    let created = latchkey.engine.keys.create(&administrator, &with_key(&pair.public)).await.unwrap();
    latchkey.set_status(caller, &created, Activation::Active).await;
    created
}

/// A client that has proved itself by an assertion.
pub async fn client_with_a_used_assertion(latchkey: &Latchkey, caller: &Caller) -> CreatedAccessKey {
    let pair = pair();
    let client = client_of(latchkey, caller, &pair).await;
    assert!(is_accepted(latchkey, &signed(&pair, &claims(&client, "used"))).await);
    client
}

/// What a well-behaved client asserts.
pub fn claims(client: &CreatedAccessKey, jti: &str) -> Value {
    let id = client.key.id.as_str();
    json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": jti })
}

async fn present(latchkey: &Latchkey, jwt: &str) -> Result<IssuedToken, IssueTokenError> {
    latchkey.engine.oauth.issue_token(&ClientAuthentication::Assertion { client_id: None, jwt }, None, ADDRESS).await
}

pub async fn is_accepted(latchkey: &Latchkey, jwt: &str) -> bool {
    match present(latchkey, jwt).await {
        Ok(_) => true,
        Err(IssueTokenError::InvalidClient) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn a_client_with_a_key_pair_gets_no_secret_and_proves_itself_by_its_signature(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    assert!(client.secret.is_none());
    assert_eq!(client.key.authentication, Authentication::PrivateKeyJwt);
    let issued = present(&latchkey, &signed(&pair, &claims(&client, "1"))).await.unwrap();
    let verified = latchkey.engine.verification.verify_bearer(issued.access_token.expose(), ADDRESS).await.unwrap();
    assert_eq!(*verified.id(), client.key.id);
    let shown = latchkey.engine.keys.get(&ana, &client.key.id).await.unwrap();
    assert_eq!(shown.public_key, Some(pair.public));
}

async fn an_assertion_counts_once_on_every_node(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let (one, two) = (client_of(&latchkey, &ana, &pair).await, client_of(&latchkey, &ana, &pair).await);
    let jwt = signed(&pair, &claims(&one, "once"));
    assert!(is_accepted(&latchkey, &jwt).await);
    assert!(!is_accepted(&latchkey, &jwt).await);
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&two, "once"))).await, "each client counts its own");
    let latchkey = latchkey.restart().await;
    assert!(!is_accepted(&latchkey, &jwt).await, "the database remembers, not the process");
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&one, "twice"))).await);
}

#[tokio::test]
async fn an_assertion_sent_to_two_nodes_at_once_counts_once() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let two = one.another_node().await;
    let ana = one.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&one, &ana, &pair).await;
    for number in 0..20 {
        let jwt = signed(&pair, &claims(&client, &number.to_string()));
        let accepted = tokio::join!(is_accepted(&one, &jwt), is_accepted(&two, &jwt));
        assert!(accepted.0 != accepted.1, "one of both: {accepted:?}");
    }
}

#[tokio::test]
async fn a_fast_node_forgets_no_assertion_that_a_slow_one_would_take() {
    let Some(slow) = Latchkey::on_postgres().await else { return };
    let fast = slow.another_node().await;
    let ana = slow.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&slow, &ana, &pair).await;
    let jwt = signed(&pair, &claims(&client, "once"));
    assert!(is_accepted(&slow, &jwt).await);
    slow.clock.advance(Duration::from_secs(69));
    fast.clock.advance(Duration::from_secs(69 + 60));
    housekeeping::purge_expired(&fast.engine).await.unwrap();
    assert!(!is_accepted(&slow, &jwt).await);
    assert!(is_accepted(&slow, &signed(&pair, &claims(&client, "another"))).await, "its time is not over");
}

async fn what_an_assertion_must_say(latchkey: Latchkey) {
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
        ("a NUL in it", with("jti", json!("a\0b"))),
        ("numbers as texts", with("exp", json!("soon"))),
        ("an expiry beyond all numbers", with("exp", json!(i64::MAX))),
    ] {
        assert!(!is_accepted(&latchkey, &jwt).await, "{what}");
    }
    for jwt in ["", ".", "..", "a.b.c", "ключ.ключ.ключ"] {
        assert!(!is_accepted(&latchkey, jwt).await, "{jwt}");
    }
    assert!(is_accepted(&latchkey, &with("aud", json!([ISSUER]))).await);
    assert!(is_accepted(&latchkey, &with("nbf", json!(NOW))).await);
}

async fn a_leeway_of_ten_seconds_is_granted(latchkey: Latchkey) {
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
    assert!(!is_accepted(&latchkey, &ahead(10)).await, "it is remembered for as long as it would be accepted");
}

async fn an_assertion_lasts_as_long_as_the_operator_allows(mut latchkey: Latchkey) {
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

async fn an_assertion_from_before_the_last_activation_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let issued = |seconds: i64| {
        let mut claims = claims(&client, &seconds.to_string());
        claims["iat"] = json!(NOW + seconds);
        signed(&pair, &claims)
    };
    assert!(!is_accepted(&latchkey, &issued(-1)).await, "before the first");
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

async fn an_assertion_from_before_the_last_restore_is_refused(latchkey: Latchkey) {
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
        assert!(!is_accepted(&latchkey, &issued(seconds)).await, "the backup may not know that it was used");
    }
    assert!(is_accepted(&latchkey, &issued(20)).await);
    let latchkey = latchkey.restart().await;
    assert!(!is_accepted(&latchkey, &issued(2)).await);
}

async fn so_many_assertions_of_a_client_are_remembered_and_no_more(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let (full, other) = (client_of(&latchkey, &ana, &pair).await, client_of(&latchkey, &ana, &pair).await);
    let ends_at = (NOW + 100) * 1000;
    let statement = format!(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 9999) \
         INSERT INTO used_assertions (client_id, jti, ends_at) SELECT '{}', 'used ' || number, {ends_at} FROM numbers",
        full.key.id
    );
    run(&latchkey.database, statement).await;
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&full, "the last one"))).await);
    let refused = present(&latchkey, &signed(&pair, &claims(&full, "one more"))).await;
    assert!(matches!(refused, Err(IssueTokenError::Overloaded(_))), "{refused:?}");
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&full, "the last one"))).await, "remembered nonetheless");
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&other, "one more"))).await, "each client has its own");
    latchkey.clock.advance(Duration::from_secs(100));
    let mut later = claims(&full, "one more");
    later["exp"] = json!(NOW + 200);
    assert!(is_accepted(&latchkey, &signed(&pair, &later)).await, "those that ended count no more");
}

/// A proof of possession, each part of which a test can change.
fn key_proof(pair: &Pair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let unsigned = format!("{}.{}", part(header), part(claims));
    let signature = jsonwebtoken::crypto::sign(unsigned.as_bytes(), &pair.private, pair.algorithm).unwrap();
    format!("{unsigned}.{signature}")
}

async fn who_registers_a_key_can_prove_to_have_its_private_half(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let create = async |public: &Jwk, proof: String, request_id: &str| {
        let request_id = Some(RequestId::try_from(request_id.to_owned()).unwrap());
        let request = CreateAccessKey { public_key_proof: Some(proof), request_id, ..with_key(public) };
        latchkey.engine.keys.create(&administrator, &request).await
    };
    for (number, pair) in [pair(), ed25519_pair(), rsa_pair()].iter().enumerate() {
        let foreign = [crate::support::key_pairs::pair(), ed25519_pair(), rsa_pair()].into_iter().nth(number).unwrap();
        let request = format!("request-{number}");
        let name = format!("{:?}", pair.algorithm);
        let header = json!({ "typ": "latchkey-key-proof+jwt", "alg": name, "jwk": pair.public });
        let claims = json!({ "aud": ISSUER, "request_id": request });
        let with = |object: &Value, member: &str, value: Value| {
            let mut changed = object.clone();
            changed[member] = value;
            changed
        };
        for (what, proof) in [
            ("another key signed it", key_proof(&foreign, &header, &claims)),
            ("it is about another key", key_proof(pair, &with(&header, "jwk", json!(foreign.public)), &claims)),
            ("it is about no key", key_proof(pair, &with(&header, "jwk", json!(null)), &claims)),
            ("it is another kind of JWT", key_proof(pair, &with(&header, "typ", json!("JWT")), &claims)),
            ("it names another algorithm", key_proof(pair, &with(&header, "alg", json!("HS256")), &claims)),
            ("it demands an extension", key_proof(pair, &with(&header, "crit", json!(["b64"])), &claims)),
            ("it is for another issuer", key_proof(pair, &header, &with(&claims, "aud", json!("https://x.example")))),
            ("it is for another request", key_proof(pair, &header, &with(&claims, "request_id", json!("request-x")))),
            ("it is not one", "a.b.c".to_owned()),
        ] {
            let refused = create(&pair.public, proof, &request).await;
            assert!(matches!(refused, Err(CreateAccessKeyError::KeyProof(_))), "{what}: {refused:?}");
        }
        let client = create(&pair.public, key_proof(pair, &header, &claims), &request).await.unwrap();
        latchkey.set_status(&ana, &client, Activation::Active).await;
        let about = crate::client_assertions::claims(&client, "1");
        assert!(is_accepted(&latchkey, &signed(pair, &about)).await);
    }
    let without_key = CreateAccessKey {
        public_key: None,
        public_key_proof: Some("a.b.c".to_owned()),
        ..creation(Kind::OAuthClient, "WMS")
    };
    let refused = latchkey.engine.keys.create(&administrator, &without_key).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::KeyProof(_))), "{refused:?}");
}

async fn a_client_with_a_secret_has_no_key_pair_and_the_reverse(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let by_key = client_of(&latchkey, &ana, &pair).await;
    let by_secret = latchkey.create_active(&ana, Kind::OAuthClient, "by secret").await;
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&by_secret, "1"))).await);
    assert!(latchkey.engine.oauth.issue_token(&proof_of(&by_secret), None, ADDRESS).await.is_ok());
    let administrator = ana.administrator().unwrap();
    let secret = Secret::from("anything".to_owned());
    let outcome = latchkey.engine.verification.validate(&administrator, by_key.key.id.as_str(), &secret).await.unwrap();
    assert_eq!(outcome, Outcome::WrongSecret);
    let jwt = signed(&pair, &claims(&by_key, "2"));
    let mismatch = ClientAuthentication::Assertion { client_id: Some(by_secret.key.id.as_str()), jwt: &jwt };
    let refused = latchkey.engine.oauth.issue_token(&mismatch, None, ADDRESS).await;
    assert!(matches!(refused, Err(IssueTokenError::InvalidClient)));
}

async fn an_inactive_clients_assertion_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let token = present(&latchkey, &signed(&pair, &claims(&client, "1"))).await.unwrap().access_token;
    latchkey.set_status(&ana, &client, Activation::Inactive).await;
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&client, "2"))).await);
    assert!(latchkey.engine.verification.verify_bearer(token.expose(), ADDRESS).await.is_err());
}

async fn an_unusable_public_key_makes_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let good = pair().public;
    let private = Jwk { is_private: true, ..good.clone() };
    let off_the_curve = Jwk { y: good.x.clone(), ..good.clone() };
    let ed25519 = |bytes: [u8; 32]| Jwk { x: Some(base64url(&bytes)), ..ed25519_pair().public };
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = 2^255 - 18, which stands for 1.
    let mut not_canonical = [0xFF; 32];
    (not_canonical[0], not_canonical[31]) = (0xEE, 0x7F);
    let rsa = rsa_pair().public;
    for (jwk, why) in [
        (private, InvalidPublicKey::Private),
        (off_the_curve, InvalidPublicKey::Damaged),
        (Jwk { alg: Some("ES384".to_owned()), ..good.clone() }, InvalidPublicKey::Purpose),
        (Jwk { public_key_use: Some("enc".to_owned()), ..good.clone() }, InvalidPublicKey::Purpose),
        (ed25519(identity), InvalidPublicKey::Weak),
        (ed25519([0; 32]), InvalidPublicKey::Weak),
        (ed25519(not_canonical), InvalidPublicKey::Weak),
        (Jwk { e: Some("AQ".to_owned()), ..rsa.clone() }, InvalidPublicKey::Exponent),
        (Jwk { e: Some("Aw".to_owned()), ..rsa.clone() }, InvalidPublicKey::Exponent),
        (Jwk { n: rsa.n.as_ref().map(|n| format!("{}A", &n[..n.len() - 1])), ..rsa }, InvalidPublicKey::Weak),
    ] {
        let refused = latchkey.engine.keys.create(&administrator, &with_key(&jwk)).await;
        assert!(matches!(refused, Err(CreateAccessKeyError::PublicKey(told)) if told == why), "{jwk:?}: {refused:?}");
    }
    let of_api_key = CreateAccessKey { public_key: Some(good), ..creation(Kind::ApiKey, "WMS") };
    let refused = latchkey.engine.keys.create(&administrator, &of_api_key).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::KeyPairOfApiKey)), "{refused:?}");
}

async fn a_token_lasts_as_long_as_its_client_says(latchkey: Latchkey) {
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
