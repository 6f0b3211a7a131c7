use std::{fs, slice, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_engine::{
    OpenError, SealingKey, Settings,
    signing::{Rotation, SigningAlgorithm, SigningKeysError, SigningPolicy},
};
use serde_json::Value;

use crate::support::{
    ADDRESS, Latchkey, START,
    database::{run, texts},
    open_engine, password, sealing_key, settings,
    tokens::{client, is_good, token},
};

on_both_databases! {
    tokens_of_each_algorithm_verify_with_the_published_key
    changing_the_algorithm_ends_no_token
    a_planned_rotation_publishes_both_keys_while_tokens_need_them
    a_planned_rotation_uses_a_waiting_key_before_it_adds_another
    a_signing_key_is_replaced_by_age
    an_exposed_signing_key_can_be_dropped_with_all_its_tokens
    the_sealing_key_can_be_replaced
    nodes_can_change_the_sealing_key_one_by_one
    a_tampered_signing_key_row_is_skipped
    a_forged_signing_key_row_is_skipped_and_its_tokens_are_refused
    a_start_without_a_usable_signing_key_row_fails
}

const TEN_MINUTES: Duration = Duration::from_mins(10);
const A_DAY: Duration = Duration::from_hours(24);

fn signing_with(algorithm: SigningAlgorithm) -> impl FnOnce(Settings) -> Settings {
    move |settings| Settings { signing: SigningPolicy { algorithm, ..settings.signing }, ..settings }
}

fn header(token: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

fn key_of(token: &str) -> String {
    header(token)["kid"].as_str().unwrap().to_owned()
}

fn published(latchkey: &Latchkey) -> Vec<String> {
    let keys = latchkey.engine.signing_keys.public_key_set();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn tokens_of_each_algorithm_verify_with_the_published_key(mut latchkey: Latchkey) {
    let client = client(&latchkey).await;
    for (algorithm, name, kind) in [
        (SigningAlgorithm::EdDsa, "EdDSA", "OKP"),
        (SigningAlgorithm::Rs256, "RS256", "RSA"),
        (SigningAlgorithm::Es256, "ES256", "EC"),
    ] {
        latchkey = latchkey.restart_with(signing_with(algorithm)).await;
        latchkey.clock.advance(TEN_MINUTES);
        let token = token(&latchkey, &client).await;
        assert_eq!(header(&token)["alg"], name);
        assert!(is_good(&latchkey, &token).await, "{name}");
        let (head, signature) = token.rsplit_once('.').unwrap();
        let mut forged = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        forged[0] ^= 1;
        assert!(!is_good(&latchkey, &format!("{head}.{}", BASE64_URL_SAFE_NO_PAD.encode(forged))).await, "{name}");
        let keys = latchkey.engine.signing_keys.public_key_set();
        let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header(&token)["kid"]).unwrap();
        assert_eq!((&key["alg"], &key["kty"], &key["use"]), (&name.into(), &kind.into(), &"sig".into()));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{name} publishes {private}");
        }
    }
}

async fn changing_the_algorithm_ends_no_token(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let earlier = token(&latchkey, &client).await;
    let latchkey = latchkey.restart_with(signing_with(SigningAlgorithm::EdDsa)).await;
    assert_eq!(header(&token(&latchkey, &client).await)["alg"], "ES256", "the new key is not published long enough");
    latchkey.clock.advance(TEN_MINUTES);
    assert_eq!(header(&token(&latchkey, &client).await)["alg"], "EdDSA");
    assert!(is_good(&latchkey, &earlier).await);
}

async fn a_planned_rotation_publishes_both_keys_while_tokens_need_them(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let earlier = token(&latchkey, &client).await;
    latchkey.engine.signing_keys.rotate(Rotation::Planned).await.unwrap();
    let both = published(&latchkey);
    assert_eq!(both.len(), 2);
    assert_eq!(key_of(&token(&latchkey, &client).await), key_of(&earlier));
    latchkey.clock.advance(TEN_MINUTES);
    let later = token(&latchkey, &client).await;
    assert_eq!(key_of(&later), both[0]);
    assert!(is_good(&latchkey, &earlier).await);

    latchkey.clock.advance(A_DAY.saturating_sub(Duration::from_secs(1)));
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey), both);
    latchkey.clock.advance(Duration::from_secs(1));
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey), both[..1]);
}

async fn a_planned_rotation_uses_a_waiting_key_before_it_adds_another(latchkey: Latchkey) {
    for _ in 0..2 {
        latchkey.engine.signing_keys.rotate(Rotation::Planned).await.unwrap();
        assert_eq!(published(&latchkey).len(), 2);
    }
    latchkey.clock.advance(TEN_MINUTES);
    latchkey.engine.signing_keys.rotate(Rotation::Planned).await.unwrap();
    assert_eq!(published(&latchkey).len(), 3);
}

async fn a_signing_key_is_replaced_by_age(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let first = key_of(&token(&latchkey, &client).await);
    latchkey.clock.advance((90 * A_DAY).saturating_sub(TEN_MINUTES + Duration::from_secs(1)));
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey), slice::from_ref(&first));
    latchkey.clock.advance(Duration::from_secs(1));
    latchkey.engine.signing_keys.renew().await.unwrap();
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey).len(), 2, "repeated renewals add one successor");
    latchkey.clock.advance(TEN_MINUTES);
    assert_ne!(key_of(&token(&latchkey, &client).await), first);
}

async fn an_exposed_signing_key_can_be_dropped_with_all_its_tokens(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let earlier = token(&latchkey, &client).await;
    latchkey.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    assert!(!is_good(&latchkey, &earlier).await);
    assert!(!published(&latchkey).contains(&key_of(&earlier)));
    let later = token(&latchkey, &client).await;
    assert!(is_good(&latchkey, &later).await);
}

async fn the_sealing_key_can_be_replaced(latchkey: Latchkey) {
    let earlier = match fs::read_to_string(latchkey.folder.path().join("latchkey.key")) {
        Ok(stored_beside_the_database) => stored_beside_the_database.parse().unwrap(),
        Err(_) => sealing_key(),
    };
    let new: SealingKey = "bmV3IHNlYWxpbmcga2V5IG9mIDMyIGJ5dGVzLi4uLi4=".parse().unwrap();
    let with = |previous: Option<&SealingKey>| {
        let (sealing_key, previous_sealing_key) = (Some(new.clone()), previous.cloned());
        move |settings| Settings { sealing_key, previous_sealing_key, ..settings }
    };
    let client = client(&latchkey).await;
    let token = token(&latchkey, &client).await;
    let latchkey = latchkey.restart_with(with(Some(&earlier))).await;
    assert!(is_good(&latchkey, &token).await);
    let latchkey = latchkey.restart_with(with(Some(&earlier))).await;
    assert!(is_good(&latchkey, &token).await, "a second start with both changes nothing");
    let latchkey = latchkey.restart_with(with(None)).await;
    assert!(is_good(&latchkey, &token).await, "the earlier key is no longer needed");
}

async fn nodes_can_change_the_sealing_key_one_by_one(latchkey: Latchkey) {
    let earlier: SealingKey = match fs::read_to_string(latchkey.folder.path().join("latchkey.key")) {
        Ok(stored_beside_the_database) => stored_beside_the_database.parse().unwrap(),
        Err(_) => sealing_key(),
    };
    let new: SealingKey = "bmV3IHNlYWxpbmcga2V5IG9mIDMyIGJ5dGVzLi4uLi4=".parse().unwrap();
    let with = |current: &SealingKey, previous: &SealingKey| {
        let (sealing_key, previous_sealing_key) = (Some(current.clone()), Some(previous.clone()));
        move |settings| Settings { sealing_key, previous_sealing_key, ..settings }
    };
    let client = client(&latchkey).await;
    let first = token(&latchkey, &client).await;
    // First every node gets the new key as its previous one; then both are swapped.
    let latchkey = latchkey.restart_with(with(&earlier, &new)).await;
    let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let latchkey = latchkey.restart_with(with(&new, &earlier)).await;
    assert!(is_good(&latchkey, &first).await);
    assert!(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    let later = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let latchkey = latchkey.restart_with(with(&earlier, &new)).await;
    assert!(is_good(&latchkey, &first).await, "a node with the old order opens what a node with the new order sealed");
    for session in [&session, &later] {
        assert!(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some());
    }
}

async fn a_tampered_signing_key_row_is_skipped(mut latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let earlier = token(&latchkey, &client).await;
    latchkey.engine.signing_keys.rotate(Rotation::Planned).await.unwrap();
    let next = published(&latchkey).remove(0);
    let row = |column: &str| format!("SELECT CAST({column} AS TEXT) FROM signing_keys WHERE id = '{next}'");
    for (column, changed) in [
        ("signs_from", "0"),
        ("signs_from", "9000000000000000000"),
        ("created_at", "0"),
        ("algorithm", "'EdDSA'"),
        ("algorithm", "'none'"),
        ("sealed_private_key", "'AAAA'"),
        ("sealed_private_key", "''"),
    ] {
        let original = texts(&latchkey.database, row(column)).await.remove(0);
        let set = |value: &str| format!("UPDATE signing_keys SET {column} = {value} WHERE id = '{next}'");
        run(&latchkey.database, set(changed)).await;
        latchkey = latchkey.restart().await;
        assert!(!published(&latchkey).contains(&next), "{column}");
        assert!(is_good(&latchkey, &earlier).await, "{column}");
        assert_eq!(key_of(&token(&latchkey, &client).await), key_of(&earlier), "{column}");
        let original =
            if column.ends_with("at") || column.ends_with("from") { original } else { format!("'{original}'") };
        run(&latchkey.database, set(&original)).await;
        latchkey.engine.signing_keys.renew().await.unwrap();
        assert!(published(&latchkey).contains(&next), "{column}: it is used again");
    }
}

async fn a_forged_signing_key_row_is_skipped_and_its_tokens_are_refused(latchkey: Latchkey) {
    let client = client(&latchkey).await;
    let good = token(&latchkey, &client).await;
    let original = published(&latchkey);
    // A complete row of another installation, newer than all others.
    let other = if latchkey.database.starts_with("postgres") {
        Latchkey::on_sqlite().await
    } else {
        Latchkey::on_sqlite_in_memory().await
    };
    let foreign_client = crate::support::tokens::client(&other).await;
    let foreign = token(&other, &foreign_client).await;
    let columns = "id || '|' || algorithm || '|' || sealed_private_key";
    let row = texts(&other.database, format!("SELECT {columns} FROM signing_keys")).await.remove(0);
    let row: Vec<&str> = row.split('|').collect();
    let later = START + 1;
    let insert = format!(
        "INSERT INTO signing_keys (id, algorithm, sealed_private_key, created_at, signs_from) \
         VALUES ('{}', '{}', '{}', {later}, {later})",
        row[0], row[1], row[2]
    );
    run(&latchkey.database, insert).await;
    if latchkey.database.starts_with("sqlite") {
        run(&latchkey.database, "INSERT INTO signing_keys VALUES (x'00FF', x'00', x'00', 'soon', x'FF')").await;
    }
    run(&latchkey.database, "INSERT INTO signing_keys VALUES ('', '', '', -9000000000000000000, 9000000000000000000)")
        .await;
    latchkey.engine.signing_keys.renew().await.unwrap();
    let latchkey = latchkey.restart().await;
    assert_eq!(published(&latchkey), original);
    assert!(is_good(&latchkey, &good).await && !is_good(&latchkey, &foreign).await);
    latchkey.clock.advance(91 * A_DAY);
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey).len(), 2, "an unusable row does not prevent the next key");
    latchkey.clock.advance(2 * A_DAY);
    latchkey.engine.signing_keys.renew().await.unwrap();
    assert_eq!(published(&latchkey).len(), 1, "an unusable row does not prevent the purge of an ended key");
    latchkey.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    assert_eq!(
        texts(&latchkey.database, "SELECT id FROM signing_keys").await,
        published(&latchkey),
        "all other rows are deleted"
    );
}

async fn a_start_without_a_usable_signing_key_row_fails(latchkey: Latchkey) {
    run(&latchkey.database, "UPDATE signing_keys SET created_at = created_at + 1").await;
    let renewed = latchkey.engine.signing_keys.renew().await;
    assert!(matches!(renewed, Err(SigningKeysError::WrongSealingKey)), "{renewed:?}");
    let before = texts(&latchkey.database, "SELECT id FROM signing_keys").await;
    let closed = latchkey.close().await;
    let refused = open_engine(settings(&closed.database), closed.clock.clone()).await.err();
    assert!(matches!(refused, Some(OpenError::SigningKeys(SigningKeysError::WrongSealingKey))), "{refused:?}");
    assert_eq!(texts(&closed.database, "SELECT id FROM signing_keys").await, before, "no key was created in its place");
}
