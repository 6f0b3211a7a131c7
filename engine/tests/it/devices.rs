//! Known browsers: guesses from elsewhere do not lock their owners out.

use std::{net::IpAddr, time::Duration};

use latchkey_engine::{operations::housekeeping, people::SignInError};
use latchkey_model::{
    member::Role,
    redacted::{DeviceToken, Password},
};

use crate::support::{ADDRESS, Latchkey, database::texts, other_password, password, token_of};

on_both_databases! {
    a_known_browser_can_sign_in_after_strangers_used_all_attempts
    guesses_with_a_known_browser_are_limited
    a_browser_is_forgotten_after_ninety_days_without_a_sign_in
    a_password_reset_and_a_removal_forget_known_browsers
    another_members_device_token_is_replaced
    a_known_browser_can_sign_in_from_an_address_without_attempts_left
    another_accounts_browser_counts_as_unknown_at_its_address
}

const ANA: &str = "ana@example.com";
/// An address from which no member has signed in.
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 99));

async fn sign_in(
    latchkey: &Latchkey,
    email: &str,
    password: &Password,
    device: Option<&DeviceToken>,
    address: IpAddr,
) -> Result<DeviceToken, SignInError> {
    let session = latchkey.engine.people.sign_in(email, password, device, address).await?;
    Ok(session.device.expect("a sign-in makes the browser known"))
}

/// Signs in from a known address, and returns the browser's device token.
async fn device_of(latchkey: &Latchkey, email: &str, brought: Option<&DeviceToken>) -> DeviceToken {
    sign_in(latchkey, email, &password(), brought, ADDRESS).await.unwrap()
}

/// Uses up the attempts that unknown browsers have on an account.
async fn use_up_attempts_of_strangers(latchkey: &Latchkey, email: &str) {
    for number in 0..21 {
        let stranger = IpAddr::from([198, 51, 100, number]);
        let guess = sign_in(latchkey, email, &other_password(), None, stranger).await;
        assert!(guess.is_err());
    }
}

async fn is_locked_out(latchkey: &Latchkey, email: &str, device: Option<&DeviceToken>) -> bool {
    match sign_in(latchkey, email, &password(), device, ELSEWHERE).await {
        Ok(_) => false,
        Err(SignInError::TooManyAttempts(_)) => true,
        Err(error) => panic!("{error}"),
    }
}

async fn a_known_browser_can_sign_in_after_strangers_used_all_attempts(latchkey: Latchkey) {
    latchkey.administrator(ANA).await;
    latchkey.administrator("eve@example.com").await;
    let (hers, eves) = (device_of(&latchkey, ANA, None).await, device_of(&latchkey, "eve@example.com", None).await);
    use_up_attempts_of_strangers(&latchkey, ANA).await;
    let made_up = DeviceToken::from("0".repeat(43));
    for unknown in [None, Some(&eves), Some(&made_up)] {
        assert!(is_locked_out(&latchkey, ANA, unknown).await);
    }
    assert!(!is_locked_out(&latchkey, ANA, Some(&hers)).await);
}

async fn guesses_with_a_known_browser_are_limited(latchkey: Latchkey) {
    latchkey.administrator(ANA).await;
    let (one, other) = (device_of(&latchkey, ANA, None).await, device_of(&latchkey, ANA, None).await);
    let mut refused = 0;
    for number in 0..22 {
        let guess = sign_in(&latchkey, ANA, &other_password(), Some(&one), IpAddr::from([198, 51, 100, number])).await;
        refused += usize::from(matches!(guess, Err(SignInError::TooManyAttempts(_))));
    }
    assert_eq!(refused, 2, "whatever address the browser has");
    assert!(!is_locked_out(&latchkey, ANA, Some(&other)).await, "another browser has a separate limit");
    assert!(!is_locked_out(&latchkey, ANA, None).await, "unknown browsers have a separate limit");
}

async fn a_browser_is_forgotten_after_ninety_days_without_a_sign_in(latchkey: Latchkey) {
    const NINETY_DAYS: Duration = Duration::from_hours(90 * 24);
    latchkey.administrator(ANA).await;
    let device = device_of(&latchkey, ANA, None).await;
    for _ in 0..2 {
        latchkey.clock.advance(NINETY_DAYS);
        let same = device_of(&latchkey, ANA, Some(&device)).await;
        assert_eq!(same.expose(), device.expose(), "each sign-in starts the ninety days again");
    }
    use_up_attempts_of_strangers(&latchkey, ANA).await;
    latchkey.clock.advance(NINETY_DAYS);
    assert!(!is_locked_out(&latchkey, ANA, Some(&device)).await);
    latchkey.clock.advance(NINETY_DAYS + Duration::from_millis(1));
    assert!(is_locked_out(&latchkey, ANA, Some(&device)).await);
    housekeeping::purge_expired(&latchkey.engine).await.unwrap();
    let kept = texts(&latchkey.database, "SELECT token_hash FROM member_devices").await;
    assert_eq!(kept, Vec::<String>::new());
}

async fn a_password_reset_and_a_removal_forget_known_browsers(latchkey: Latchkey) {
    let ana = latchkey.administrator(ANA).await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Member).await;
    let old = device_of(&latchkey, "ben@example.com", None).await;
    let link = latchkey.engine.people.make_operator_recovery_link("ben@example.com").await.unwrap();
    let reset = latchkey.engine.people.reset_password(&token_of(&link), &password(), ADDRESS).await.unwrap();
    use_up_attempts_of_strangers(&latchkey, "ben@example.com").await;
    assert!(is_locked_out(&latchkey, "ben@example.com", Some(&old)).await);
    assert!(
        !is_locked_out(&latchkey, "ben@example.com", reset.device.as_ref()).await,
        "the browser that reset the password is known"
    );

    latchkey.engine.people.remove(&ana.administrator().unwrap(), &ben.member_id).await.unwrap();
    let query = format!("SELECT token_hash FROM member_devices WHERE member_id = '{}'", ben.member_id);
    assert_eq!(texts(&latchkey.database, query).await, Vec::<String>::new());
}

async fn another_members_device_token_is_replaced(latchkey: Latchkey) {
    latchkey.administrator(ANA).await;
    latchkey.administrator("eve@example.com").await;
    let eves = device_of(&latchkey, "eve@example.com", None).await;
    let planted = DeviceToken::from("planted by another person".to_owned());
    for brought in [&eves, &planted] {
        let given = device_of(&latchkey, ANA, Some(brought)).await;
        assert_ne!(given.expose(), brought.expose());
        assert_eq!(device_of(&latchkey, ANA, Some(&given)).await.expose(), given.expose());
    }
}

/// Uses up the attempts of one address, as if all clients came through one proxy. Some attempts return while this runs.
async fn use_up_attempts_from(latchkey: &Latchkey, address: IpAddr, device: Option<&DeviceToken>) {
    for number in 0..200 {
        let email = format!("stranger{number}@example.com");
        match sign_in(latchkey, &email, &other_password(), device, address).await {
            Err(SignInError::WrongCredentials) => assert!(number < 199, "the attempts never end"),
            Err(SignInError::TooManyAttempts(_)) => return assert!(number < 100, "{number}"),
            outcome => panic!("{outcome:?}"),
        }
    }
}

async fn a_known_browser_can_sign_in_from_an_address_without_attempts_left(latchkey: Latchkey) {
    latchkey.administrator(ANA).await;
    let device = device_of(&latchkey, ANA, None).await;
    for _ in 0..3 {
        use_up_attempts_from(&latchkey, ELSEWHERE, None).await;
        sign_in(&latchkey, ANA, &password(), Some(&device), ELSEWHERE).await.unwrap();
    }
}

async fn another_accounts_browser_counts_as_unknown_at_its_address(latchkey: Latchkey) {
    latchkey.administrator(ANA).await;
    latchkey.administrator("eve@example.com").await;
    let eves = device_of(&latchkey, "eve@example.com", None).await;
    // A browser that is known to Eve's account gives her no additional attempts on other accounts.
    use_up_attempts_from(&latchkey, ELSEWHERE, Some(&eves)).await;
    sign_in(&latchkey, "eve@example.com", &password(), Some(&eves), ELSEWHERE).await.unwrap();
}
