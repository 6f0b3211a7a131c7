use std::{net::IpAddr, time::Duration};

use latchkey_engine::{
    WeakPassword,
    people::{AcceptInvitationError, ChangePasswordError, ResetPasswordError, SetUpError, SignInError},
};
use latchkey_model::{
    member::Role,
    redacted::{LinkToken, Password},
    session::SetUp,
    timestamp::Timestamp,
};
use tokio::task::JoinSet;

use crate::support::{ADDRESS, Latchkey, START, other_password, password, token_of};

on_both_databases! {
    the_set_up_link_works_once_and_only_without_an_organization
    a_refused_set_up_leaves_the_link_usable
    set_up_and_recovery_links_expire_after_a_day
    an_unattended_set_up_happens_once
    wrong_passwords_and_unknown_addresses_get_the_same_answer
    a_session_ends_when_idle_or_after_a_week
    signing_out_ends_the_session_on_the_server
    changing_the_password_ends_all_other_sessions
    a_recovery_link_sets_a_password_once
    guesses_at_many_accounts_from_one_address_are_limited
    guesses_from_elsewhere_do_not_lock_the_owner_out
    an_ipv6_owner_is_recognized_by_network
    guesses_at_the_current_password_are_limited_across_addresses
    a_password_reset_ends_a_concurrent_sign_in
    passwords_made_of_account_words_are_refused_everywhere
}

fn set_up(token: LinkToken) -> SetUp {
    SetUp {
        token,
        organization: "Northwind Freight".to_owned(),
        email: "ana@example.com".to_owned(),
        password: password(),
    }
}

async fn the_set_up_link_works_once_and_only_without_an_organization(latchkey: Latchkey) {
    let engine = &latchkey.engine;
    let replaced = engine.people.first_set_up_link().await.unwrap().unwrap();
    let link = engine.people.first_set_up_link().await.unwrap().unwrap();
    let refused = engine.people.set_up(set_up(token_of(&replaced)), ADDRESS).await;
    assert!(matches!(refused, Err(SetUpError::LinkEnded)), "a newer link replaces the earlier one");
    engine.people.set_up(set_up(token_of(&link)), ADDRESS).await.unwrap();
    assert!(matches!(engine.people.set_up(set_up(token_of(&link)), ADDRESS).await, Err(SetUpError::LinkEnded)));
    assert!(engine.people.first_set_up_link().await.unwrap().is_none());
    let guessed = LinkToken::from("0".repeat(43));
    assert!(matches!(engine.people.set_up(set_up(guessed), ADDRESS).await, Err(SetUpError::LinkEnded)));
}

async fn a_refused_set_up_leaves_the_link_usable(latchkey: Latchkey) {
    let link = latchkey.engine.people.first_set_up_link().await.unwrap().unwrap();
    let weak = SetUp { password: Password::from("password1234".to_owned()), ..set_up(token_of(&link)) };
    let refused = latchkey.engine.people.set_up(weak, ADDRESS).await;
    assert!(matches!(refused, Err(SetUpError::Password(WeakPassword::Common))));
    let blank = SetUp { organization: " ".to_owned(), ..set_up(token_of(&link)) };
    assert!(matches!(latchkey.engine.people.set_up(blank, ADDRESS).await, Err(SetUpError::Organization(_))));
    latchkey.engine.people.set_up(set_up(token_of(&link)), ADDRESS).await.unwrap();
    let second = latchkey.engine.people.make_set_up_link().await.unwrap();
    let taken = latchkey.engine.people.set_up(set_up(token_of(&second)), ADDRESS).await;
    assert!(matches!(taken, Err(SetUpError::EmailTaken)));
}

async fn set_up_and_recovery_links_expire_after_a_day(latchkey: Latchkey) {
    const A_DAY: Duration = Duration::from_hours(24);
    latchkey.administrator("eve@example.com").await;
    let engine = &latchkey.engine;
    let weak = || Password::from("short".to_owned());
    let (founding, recovery) = (
        engine.people.make_set_up_link().await.unwrap(),
        engine.people.make_operator_recovery_link("eve@example.com").await.unwrap(),
    );
    assert_eq!((founding.expires_at, recovery.expires_at), (Timestamp(START + 86_400_000), founding.expires_at));

    // A weak password is reported only if the link is valid.
    latchkey.clock.advance_to_just_before(A_DAY);
    let refused = engine.people.set_up(SetUp { password: weak(), ..set_up(token_of(&founding)) }, ADDRESS).await;
    assert!(matches!(refused, Err(SetUpError::Password(_))));
    let refused = engine.people.reset_password(&token_of(&recovery), &weak(), ADDRESS).await;
    assert!(matches!(refused, Err(ResetPasswordError::Password(_))));

    latchkey.clock.advance(Duration::from_millis(1));
    let late = engine.people.set_up(set_up(token_of(&founding)), ADDRESS).await;
    assert!(matches!(late, Err(SetUpError::LinkEnded)));
    let late = engine.people.reset_password(&token_of(&recovery), &other_password(), ADDRESS).await;
    assert!(matches!(late, Err(ResetPasswordError::LinkEnded)));
}

async fn an_unattended_set_up_happens_once(latchkey: Latchkey) {
    let engine = &latchkey.engine;
    let link = engine.people.first_set_up_link().await.unwrap().unwrap();
    assert!(engine.people.create_first_administrator("Default", "ops@example.com", &password()).await.unwrap());
    assert!(!engine.people.create_first_administrator("Default", "ops@example.com", &password()).await.unwrap());
    assert!(matches!(engine.people.set_up(set_up(token_of(&link)), ADDRESS).await, Err(SetUpError::LinkEnded)));
    engine.people.sign_in("ops@example.com", &password(), None, ADDRESS).await.unwrap();
}

async fn wrong_passwords_and_unknown_addresses_get_the_same_answer(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    for email in ["ana@example.com", "nobody@example.com", "no address"] {
        let before = latchkey.engine.statistics().password_hashes;
        let refused = latchkey.engine.people.sign_in(email, &other_password(), None, ADDRESS).await;
        assert!(matches!(refused, Err(SignInError::WrongCredentials)), "{email}");
        assert_eq!(latchkey.engine.statistics().password_hashes - before, 1, "{email} takes as long");
    }
    latchkey.engine.people.sign_in(" ANA@example.com", &password(), None, ADDRESS).await.unwrap();
}

async fn a_session_ends_when_idle_or_after_a_week(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let is_good = async || latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_some();
    for _ in 0..13 {
        latchkey.clock.advance(Duration::from_hours(11));
        assert!(is_good().await, "it is used often enough to continue");
    }
    latchkey.clock.advance(Duration::from_hours(11));
    assert!(is_good().await);
    latchkey.clock.advance(Duration::from_hours(11));
    assert!(is_good().await);
    latchkey.clock.advance(Duration::from_hours(3));
    assert!(!is_good().await, "it ends after seven days");

    let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    latchkey.clock.advance(Duration::from_hours(12));
    assert!(
        latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_none(),
        "idle for twelve hours"
    );
}

async fn signing_out_ends_the_session_on_the_server(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let session = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let ana = latchkey.caller(&session).await;
    latchkey.engine.people.sign_out(&ana).await.unwrap();
    assert!(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_none());
}

async fn changing_the_password_ends_all_other_sessions(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let elsewhere = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let here = latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let ana = latchkey.caller(&here).await;
    let wrong = latchkey.engine.people.change_password(&ana, &other_password(), &other_password()).await;
    assert!(matches!(wrong, Err(ChangePasswordError::WrongCurrent)));
    let new = latchkey.engine.people.change_password(&ana, &password(), &other_password()).await.unwrap();
    for ended in [&elsewhere, &here] {
        assert!(latchkey.engine.people.authenticate(&ended.token, ADDRESS).await.unwrap().is_none());
    }
    latchkey.caller(&new).await;
    assert!(latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.is_err());
    latchkey.engine.people.sign_in("ana@example.com", &other_password(), None, ADDRESS).await.unwrap();
}

async fn a_recovery_link_sets_a_password_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    assert!(latchkey.engine.people.make_operator_recovery_link("nobody@example.com").await.is_err());
    let by_administrator =
        latchkey.engine.people.make_recovery_link(&ana.administrator().unwrap(), &ana.member_id).await.unwrap();
    let by_operator = latchkey.engine.people.make_operator_recovery_link("ANA@example.com").await.unwrap();
    let token = token_of(&by_operator);
    latchkey.engine.people.reset_password(&token, &other_password(), ADDRESS).await.unwrap();
    latchkey.engine.people.sign_in("ana@example.com", &other_password(), None, ADDRESS).await.unwrap();
    for used in [token, token_of(&by_administrator)] {
        let again = latchkey.engine.people.reset_password(&used, &password(), ADDRESS).await;
        assert!(matches!(again, Err(ResetPasswordError::LinkEnded)), "the change ends every link");
    }
}

async fn guesses_at_many_accounts_from_one_address_are_limited(latchkey: Latchkey) {
    // All at once, so that no attempt is restored by passing time.
    let mut attempts = JoinSet::new();
    for number in 0..41 {
        let engine = latchkey.engine.clone();
        attempts.spawn(async move {
            let attempt = engine.people.sign_in(&format!("{number}@example.com"), &password(), None, ADDRESS).await;
            matches!(attempt, Err(SignInError::TooManyAttempts(_)))
        });
    }
    assert_eq!(attempts.join_all().await.into_iter().filter(|is_refused| *is_refused).count(), 1);
    let elsewhere = IpAddr::from([198, 51, 100, 1]);
    let answered = latchkey.engine.people.sign_in("0@example.com", &password(), None, elsewhere).await;
    assert!(matches!(answered, Err(SignInError::WrongCredentials)));
}

async fn guesses_from_elsewhere_do_not_lock_the_owner_out(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let stranger = |number: u8| IpAddr::from([198, 51, 100, number]);
    let mut refused = 0;
    for number in 0..22 {
        let attempt =
            latchkey.engine.people.sign_in("ana@example.com", &other_password(), None, stranger(number)).await;
        refused += usize::from(matches!(attempt, Err(SignInError::TooManyAttempts(_))));
    }
    assert_eq!(refused, 2, "strangers share twenty attempts");
    latchkey.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
}

async fn an_ipv6_owner_is_recognized_by_network(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let home = |interface: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, interface]);
    latchkey.engine.people.sign_in("ana@example.com", &password(), None, home(1)).await.unwrap();
    for number in 0..22 {
        let stranger = IpAddr::from([198, 51, 100, number]);
        let _ = latchkey.engine.people.sign_in("ana@example.com", &other_password(), None, stranger).await;
    }
    latchkey.engine.people.sign_in("ana@example.com", &password(), None, home(2)).await.unwrap();
}

async fn guesses_at_the_current_password_are_limited_across_addresses(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let mut refused = 0;
    for number in 0..12 {
        let mut moved = ana.clone();
        moved.address = IpAddr::from([198, 51, 100, number]);
        let guess = latchkey.engine.people.change_password(&moved, &other_password(), &other_password()).await;
        refused += usize::from(matches!(guess, Err(ChangePasswordError::TooManyAttempts(_))));
    }
    assert_eq!(refused, 2);
}

async fn a_password_reset_ends_a_concurrent_sign_in(latchkey: Latchkey) {
    latchkey.administrator("ana@example.com").await;
    let link = latchkey.engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
    // Begun at once, the sign-in verifies the old password while the reset hashes the new one.
    let (old, old_password, new_password, token) = ("ana@example.com", password(), other_password(), token_of(&link));
    let (sign_in, reset) = tokio::join!(
        latchkey.engine.people.sign_in(old, &old_password, None, ADDRESS),
        latchkey.engine.people.reset_password(&token, &new_password, ADDRESS),
    );
    reset.unwrap();
    if let Ok(session) = sign_in {
        let caller = latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap();
        assert!(caller.is_none(), "the session of the old password has ended in either order");
    }
    assert!(latchkey.engine.people.sign_in(old, &old_password, None, ADDRESS).await.is_err());
}

async fn passwords_made_of_account_words_are_refused_everywhere(latchkey: Latchkey) {
    let engine = &latchkey.engine;
    let words = |text: &str| Password::from(text.to_owned());
    let link = engine.people.make_set_up_link().await.unwrap();
    for own in ["ana@example.com", "Northwind-Freight-26", "Example.Com.Ana1"] {
        let refused = engine.people.set_up(SetUp { password: words(own), ..set_up(token_of(&link)) }, ADDRESS).await;
        assert!(matches!(refused, Err(SetUpError::Password(WeakPassword::OwnWords))), "{own}");
    }
    let session = engine.people.set_up(set_up(token_of(&link)), ADDRESS).await.unwrap();
    let ana = latchkey.caller(&session).await;
    for own in ["ana@example.com", "NorthwindFreight1"] {
        let refused = engine.people.change_password(&ana, &password(), &words(own)).await;
        assert!(matches!(refused, Err(ChangePasswordError::Password(WeakPassword::OwnWords))), "{own}");
    }
    let recovery = engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
    let invitation =
        engine.people.invite(&ana.administrator().unwrap(), "ben@müller.example", Role::Member).await.unwrap();
    for own in ["ana@example.com", "NorthwindFreight1"] {
        let refused = engine.people.reset_password(&token_of(&recovery), &words(own), ADDRESS).await;
        assert!(matches!(refused, Err(ResetPasswordError::Password(WeakPassword::OwnWords))), "{own}");
    }
    for own in ["ben@müller.example", "NorthwindFreight1", "Müller-Müller-1", "ben@xn--mller-kva.example"] {
        let refused = engine.people.accept_invitation(&token_of(&invitation), &words(own), ADDRESS).await;
        assert!(matches!(refused, Err(AcceptInvitationError::Password(WeakPassword::OwnWords))), "{own}");
    }
    let refused = latchkey.engine.people.reset_password(&token_of(&recovery), &words("Welcome123456!"), ADDRESS).await;
    assert!(matches!(refused, Err(ResetPasswordError::Password(WeakPassword::Common))));
}
