//! Email addresses, passwords and names that have more than one Unicode form.

use latchkey_engine::{keys::DeleteAccessKeyError, people::SignInError};
use latchkey_model::{
    access_key::{Kind, ListAccessKeys},
    member::Role,
    redacted::Password,
    scope::DefineScope,
};

use crate::support::{ADDRESS, FIRST_PAGE, Latchkey, database::texts, password, token_of};

on_both_databases! {
    every_form_of_an_email_address_is_one_account
    every_form_of_a_password_signs_in_and_an_unknown_account_costs_as_much
    a_name_is_found_in_every_form_and_case
    a_confirming_name_may_have_another_form
    names_and_descriptions_are_stored_in_nfc
}

const NFC: &str = "violet-h\u{e4}rbour-27";
const NFD: &str = "violet-ha\u{308}rbour-27";

/// One address in the forms that people and browsers write.
const FORMS: [&str; 5] = [
    "jos\u{e9}@müller.example",
    "jose\u{301}@mu\u{308}ller.example",
    "JOS\u{c9}@M\u{dc}LLER.EXAMPLE",
    "jos\u{e9}@xn--mller-kva.example",
    " jos\u{e9}@müller.example. ",
];

async fn every_form_of_an_email_address_is_one_account(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let engine = &latchkey.engine;
    for form in FORMS {
        engine.people.invite(&administrator, form, Role::Member).await.unwrap();
        let pending = engine.people.list_invitations(&ana, &FIRST_PAGE).await.unwrap().invitations;
        assert_eq!(pending.len(), 1, "{form}: the second invitation replaces the first");
        assert_eq!(pending[0].email, FORMS[0], "it is shown in the readable form");
    }
    engine.people.withdraw_invitation(&administrator, FORMS[1]).await.unwrap();
    let link = engine.people.invite(&administrator, FORMS[1], Role::Member).await.unwrap();
    let session = engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.unwrap();
    let jose = latchkey.caller(&session).await;
    assert_eq!(engine.people.session(&jose).await.unwrap().email, FORMS[0]);
    for form in FORMS {
        engine.people.sign_in(form, &password(), None, ADDRESS).await.unwrap();
        engine.people.make_operator_recovery_link(form).await.unwrap();
        assert!(engine.people.invite(&administrator, form, Role::Member).await.is_err(), "{form} is a member already");
    }
    let stored = texts(&latchkey.database, "SELECT email FROM members ORDER BY email").await;
    assert_eq!(stored, ["ana@example.com", "jos\u{e9}@xn--mller-kva.example"]);
    let members = engine.people.list_members(&ana, &FIRST_PAGE).await.unwrap().members;
    assert_eq!(members[1].email, FORMS[0]);
}

async fn every_form_of_a_password_signs_in_and_an_unknown_account_costs_as_much(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let engine = &latchkey.engine;
    let text = |text: &str| Password::from(text.to_owned());
    for (stored, typed) in [(NFC, NFD), (NFD, NFC)] {
        let link = engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
        engine.people.reset_password(&token_of(&link), &text(stored), ADDRESS).await.unwrap();
        let session = engine.people.sign_in("ana@example.com", &text(typed), None, ADDRESS).await.unwrap();
        engine.people.change_password(&latchkey.caller(&session).await, &text(typed), &text(stored)).await.unwrap();
        engine.people.sign_in("ana@example.com", &text(stored), None, ADDRESS).await.unwrap();
    }
    let wrong = text("violet-ha\u{308}rbour-28");
    for email in ["ana@example.com", "unknown@example.com"] {
        let before = engine.statistics().password_hashes;
        let refused = engine.people.sign_in(email, &wrong, None, ADDRESS).await;
        assert!(matches!(refused, Err(SignInError::WrongCredentials)));
        assert_eq!(engine.statistics().password_hashes - before, 2, "{email}: one hash as typed, one in NFC");
    }
    assert_eq!(ana.email.as_str(), "ana@example.com");
}

async fn a_name_is_found_in_every_form_and_case(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for name in
        ["Lager Su\u{308}d", "Stra\u{df}enbahn", "\u{130}stanbul", "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}"]
    {
        latchkey.create(&ana, Kind::ApiKey, name).await;
    }
    for (search, found) in [
        ("s\u{fc}d", "Lager S\u{fc}d"),
        ("SU\u{308}D", "Lager S\u{fc}d"),
        ("u\u{308}", "Lager S\u{fc}d"),
        ("STRASSEN", "Stra\u{df}enbahn"),
        ("stra\u{1e9e}e", "Stra\u{df}enbahn"),
        ("istanbul", "\u{130}stanbul"),
        ("I\u{307}STANBUL", "\u{130}stanbul"),
        ("\u{3c3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}", "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}"),
    ] {
        let request = ListAccessKeys {
            kind: Kind::ApiKey,
            cursor: None,
            limit: None,
            search: Some(search.to_owned()),
            status: None,
        };
        let page = latchkey.engine.keys.list(&ana, &request).await.unwrap();
        let names: Vec<_> = page.keys.iter().map(|key| key.name.as_str()).collect();
        assert_eq!(names, [found], "{search}");
    }
}

async fn a_confirming_name_may_have_another_form(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let key = latchkey.create(&ana, Kind::ApiKey, "Lager S\u{fc}d").await.key;
    let other = latchkey.engine.keys.delete(&administrator, &key.id, "Lager Sud").await;
    assert!(matches!(other, Err(DeleteAccessKeyError::NameDiffers)));
    latchkey.engine.keys.delete(&administrator, &key.id, " Lager Su\u{308}d ").await.unwrap();
}

async fn names_and_descriptions_are_stored_in_nfc(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let key = latchkey.create(&ana, Kind::ApiKey, "Su\u{308}d").await.key;
    assert_eq!(key.name, "S\u{fc}d");
    let renamed = latchkey.engine.keys.rename(&administrator, &key.id, "Ost und Su\u{308}d").await.unwrap();
    assert_eq!(renamed.name, "Ost und S\u{fc}d");
    let scope = DefineScope { name: "orders:read".to_owned(), description: "Auftra\u{308}ge lesen".to_owned() };
    let scope = latchkey.engine.keys.define_scope(&administrator, &scope).await.unwrap();
    assert_eq!(scope.description, "Auftr\u{e4}ge lesen");
}
