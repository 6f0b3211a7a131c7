use std::time::Duration;

use latchkey_engine::{
    paging::ListError,
    people::{
        AcceptInvitationError, InviteError, RecoveryLinkError, RemoveMemberError, SetMemberRoleError,
        WithdrawInvitationError,
    },
};
use latchkey_model::{member::Role, page::PageRequest};

use crate::support::{ADDRESS, FIRST_PAGE, Latchkey, password, token_of};

on_both_databases! {
    an_invitation_works_once
    an_invitation_expires_after_a_week
    a_pending_invitation_can_be_withdrawn
    a_second_invitation_replaces_the_first
    a_members_address_cannot_be_invited_again
    the_last_administrator_cannot_be_demoted_or_removed
    two_administrators_who_demote_each_other_leave_one
    a_role_change_applies_to_the_next_request
    removing_a_member_ends_their_sessions
    another_organizations_member_looks_like_none
    only_administrators_see_invitations
    members_and_invitations_are_paginated
    an_invalid_cursor_is_refused
    links_end_when_their_creator_is_no_longer_an_administrator
    a_second_recovery_link_replaces_the_first
}

async fn an_invitation_works_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let link = latchkey.engine.people.invite(&ana.administrator().unwrap(), "Ben@Example.com", Role::Member).await;
    let token = token_of(&link.unwrap());
    let invitation = latchkey.engine.people.invitation(&token, ADDRESS).await.unwrap();
    assert_eq!((invitation.email.as_str(), invitation.role), ("ben@example.com", Role::Member));
    let session = latchkey.engine.people.accept_invitation(&token, &password(), ADDRESS).await.unwrap();
    let ben = latchkey.caller(&session).await;
    assert_eq!((ben.organization_id.clone(), ben.role), (ana.organization_id.clone(), Role::Member));
    assert!(ben.administrator().is_err());
    let again = latchkey.engine.people.accept_invitation(&token, &password(), ADDRESS).await;
    assert!(matches!(again, Err(AcceptInvitationError::LinkEnded)));
}

async fn an_invitation_expires_after_a_week(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let link = latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    latchkey.clock.advance_to_just_before(Duration::from_hours(7 * 24));
    latchkey.engine.people.invitation(&token_of(&link), ADDRESS).await.unwrap();
    latchkey.clock.advance(Duration::from_millis(1));
    let late = latchkey.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await;
    assert!(matches!(late, Err(AcceptInvitationError::LinkEnded)));
}

async fn a_pending_invitation_can_be_withdrawn(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let (as_ana, as_eve) = (ana.administrator().unwrap(), eve.administrator().unwrap());
    let engine = &latchkey.engine;
    let hers = engine.people.invite(&as_ana, "ben@example.com", Role::Member).await.unwrap();
    let foreign = engine.people.withdraw_invitation(&as_eve, "ben@example.com").await;
    assert!(matches!(foreign, Err(WithdrawInvitationError::Unknown)));
    let eves = engine.people.invite(&as_eve, "ben@example.com", Role::Member).await.unwrap();
    engine.people.withdraw_invitation(&as_ana, " BEN@example.com").await.unwrap();
    assert!(engine.people.invitation(&token_of(&hers), ADDRESS).await.is_err());
    assert!(
        engine.people.invitation(&token_of(&eves), ADDRESS).await.is_ok(),
        "another organization's invitation stays"
    );
    assert_eq!(engine.people.list_invitations(&ana, &FIRST_PAGE).await.unwrap().invitations.len(), 0);
    engine.people.invite(&as_ana, "cy@example.com", Role::Member).await.unwrap();
    latchkey.clock.advance(Duration::from_hours(7 * 24));
    for none in ["ben@example.com", "cy@example.com", "ana@example.com", "nobody@example.com", "no address"] {
        let refused = engine.people.withdraw_invitation(&as_ana, none).await;
        assert!(matches!(refused, Err(WithdrawInvitationError::Unknown)), "{none}");
    }
}

async fn a_second_invitation_replaces_the_first(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let first = latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Administrator).await.unwrap();
    let second = latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    assert!(latchkey.engine.people.invitation(&token_of(&first), ADDRESS).await.is_err());
    assert_eq!(latchkey.engine.people.invitation(&token_of(&second), ADDRESS).await.unwrap().role, Role::Member);
}

async fn a_members_address_cannot_be_invited_again(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let administrator = ana.administrator().unwrap();
    let own = latchkey.engine.people.invite(&administrator, "ANA@example.com", Role::Member).await;
    assert!(matches!(own, Err(InviteError::AlreadyMember)));
    let foreign = latchkey.engine.people.invite(&administrator, "eve@example.com", Role::Member).await.unwrap();
    let accepted = latchkey.engine.people.accept_invitation(&token_of(&foreign), &password(), ADDRESS).await;
    assert!(matches!(accepted, Err(AcceptInvitationError::AlreadyMember)), "the error comes on acceptance");
    assert_eq!(latchkey.engine.people.list_members(&eve, &FIRST_PAGE).await.unwrap().members.len(), 1);
}

async fn the_last_administrator_cannot_be_demoted_or_removed(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.member(&ana, "ben@example.com", Role::Member).await;
    let demoted = latchkey.engine.people.set_role(&administrator, &ana.member_id, Role::Member).await;
    assert!(matches!(demoted, Err(SetMemberRoleError::LastAdministrator)));
    let removed = latchkey.engine.people.remove(&administrator, &ana.member_id).await;
    assert!(matches!(removed, Err(RemoveMemberError::LastAdministrator)));
    let same = latchkey.engine.people.set_role(&administrator, &ana.member_id, Role::Administrator).await.unwrap();
    assert_eq!(same.role, Role::Administrator);
}

async fn two_administrators_who_demote_each_other_leave_one(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    let (as_ana, as_ben) = (ana.administrator().unwrap(), ben.administrator().unwrap());
    let (one, other) = tokio::join!(
        latchkey.engine.people.set_role(&as_ana, &ben.member_id, Role::Member),
        latchkey.engine.people.set_role(&as_ben, &ana.member_id, Role::Member),
    );
    assert!(one.is_ok() != other.is_ok());
    let members = latchkey.engine.people.list_members(&ana, &FIRST_PAGE).await.unwrap().members;
    assert_eq!(members.iter().filter(|member| member.role == Role::Administrator).count(), 1);
}

async fn a_role_change_applies_to_the_next_request(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let link = latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    let session = latchkey.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.unwrap();
    let ben = latchkey.caller(&session).await;
    latchkey.engine.people.set_role(&administrator, &ben.member_id, Role::Administrator).await.unwrap();
    assert!(latchkey.caller(&session).await.administrator().is_ok());
    latchkey.engine.people.set_role(&administrator, &ben.member_id, Role::Member).await.unwrap();
    assert!(latchkey.caller(&session).await.administrator().is_err());
}

async fn removing_a_member_ends_their_sessions(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let link = latchkey.engine.people.invite(&administrator, "ben@example.com", Role::Member).await.unwrap();
    let session = latchkey.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.unwrap();
    let ben = latchkey.caller(&session).await;
    latchkey.engine.people.remove(&administrator, &ben.member_id).await.unwrap();
    assert!(latchkey.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().is_none());
    assert!(latchkey.engine.people.sign_in("ben@example.com", &password(), None, ADDRESS).await.is_err());
}

async fn another_organizations_member_looks_like_none(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let administrator = eve.administrator().unwrap();
    let id = &ana.member_id;
    let engine = &latchkey.engine;
    let demoted = engine.people.set_role(&administrator, id, Role::Member).await;
    assert!(matches!(demoted, Err(SetMemberRoleError::Unknown)));
    let removed = engine.people.remove(&administrator, id).await;
    assert!(matches!(removed, Err(RemoveMemberError::Unknown)));
    let link = engine.people.make_recovery_link(&administrator, id).await;
    assert!(matches!(link, Err(RecoveryLinkError::Unknown)));
    assert!(engine.people.list_members(&eve, &FIRST_PAGE).await.unwrap().members.iter().all(|member| member.id != *id));
}

async fn only_administrators_see_invitations(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Member).await;
    let administrator = ana.administrator().unwrap();
    latchkey.engine.people.invite(&administrator, "cy@example.com", Role::Member).await.unwrap();
    assert_eq!(latchkey.engine.people.list_invitations(&ana, &FIRST_PAGE).await.unwrap().invitations.len(), 1);
    assert_eq!(latchkey.engine.people.list_members(&ben, &FIRST_PAGE).await.unwrap().members.len(), 2);
    assert_eq!(latchkey.engine.people.list_invitations(&ben, &FIRST_PAGE).await.unwrap().invitations, []);
}

async fn members_and_invitations_are_paginated(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("cleo@example.com").await;
    let administrator = ana.administrator().unwrap();
    for email in ["dan@example.com", "ben@example.com", "eli@example.com"] {
        latchkey.member(&ana, email, Role::Member).await;
        latchkey.engine.people.invite(&administrator, &format!("a.{email}"), Role::Member).await.unwrap();
    }
    latchkey.engine.people.invite(&eve.administrator().unwrap(), "a.foreign@example.com", Role::Member).await.unwrap();

    let (mut members, mut cursor) = (Vec::new(), None);
    for length in [2, 2] {
        let page = latchkey.engine.people.list_members(&ana, &PageRequest { cursor, limit: Some(2) }).await.unwrap();
        assert_eq!(page.members.len(), length);
        members.extend(page.members.into_iter().map(|member| member.email));
        cursor = page.next_cursor;
    }
    assert_eq!(cursor, None, "a full last page is the last");
    assert_eq!(members, ["ana@example.com", "ben@example.com", "dan@example.com", "eli@example.com"]);

    let (mut invited, mut cursor) = (Vec::new(), None);
    for length in [2, 1] {
        let page =
            latchkey.engine.people.list_invitations(&ana, &PageRequest { cursor, limit: Some(2) }).await.unwrap();
        assert_eq!(page.invitations.len(), length);
        invited.extend(page.invitations.into_iter().map(|invitation| invitation.email));
        cursor = page.next_cursor;
        // The cursor stays valid after the row that it names is deleted.
        if let Some(last) = &cursor {
            latchkey.engine.people.withdraw_invitation(&administrator, last).await.unwrap();
        }
    }
    assert_eq!(cursor, None);
    assert_eq!(invited, ["a.ben@example.com", "a.dan@example.com", "a.eli@example.com"]);
}

async fn an_invalid_cursor_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    for cursor in ["", "x", "a\0@example.com", "' OR 1 = 1 --"] {
        let request = PageRequest { cursor: Some(cursor.to_owned()), limit: None };
        assert!(
            matches!(latchkey.engine.people.list_members(&ana, &request).await, Err(ListError::Page(_))),
            "{cursor:?}"
        );
        let invitations = latchkey.engine.people.list_invitations(&ana, &request).await;
        assert!(matches!(invitations, Err(ListError::Page(_))), "{cursor:?}");
    }
}

async fn links_end_when_their_creator_is_no_longer_an_administrator(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let as_ana = ana.administrator().unwrap();
    for (email, removed) in [("ben@example.com", true), ("cy@example.com", false)] {
        let maker = latchkey.member(&ana, email, Role::Administrator).await;
        let as_maker = maker.administrator().unwrap();
        let accomplice =
            latchkey.engine.people.invite(&as_maker, "eve@example.com", Role::Administrator).await.unwrap();
        let recovery = latchkey.engine.people.make_recovery_link(&as_maker, &ana.member_id).await.unwrap();
        if removed {
            latchkey.engine.people.remove(&as_ana, &maker.member_id).await.unwrap();
        } else {
            latchkey.engine.people.set_role(&as_ana, &maker.member_id, Role::Member).await.unwrap();
        }
        assert!(latchkey.engine.people.invitation(&token_of(&accomplice), ADDRESS).await.is_err(), "{email}");
        assert!(
            latchkey.engine.people.reset_password(&token_of(&recovery), &password(), ADDRESS).await.is_err(),
            "{email}"
        );
        let late = latchkey.engine.people.invite(&as_maker, "eve@example.com", Role::Member).await;
        assert!(matches!(late, Err(InviteError::NotAllowed(_))), "a running request is refused");
    }
}

async fn a_second_recovery_link_replaces_the_first(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let first = latchkey.engine.people.make_recovery_link(&administrator, &ana.member_id).await.unwrap();
    let second = latchkey.engine.people.make_recovery_link(&administrator, &ana.member_id).await.unwrap();
    assert!(latchkey.engine.people.reset_password(&token_of(&first), &password(), ADDRESS).await.is_err());
    latchkey.engine.people.reset_password(&token_of(&second), &password(), ADDRESS).await.unwrap();
}
