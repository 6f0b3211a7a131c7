use latchkey_model::{
    access_key::{
        AccessKey, AccessKeyDetails, AccessKeyPage, Activation, ChangedAccessKey, CreateAccessKey, CreatedAccessKey,
        HistoryPage, ListAccessKeys, StatusSet, Validation,
    },
    id::{AccessKeyId, MemberId},
    member::{ChangedMember, Invitation, InvitationPage, MemberPage, OneTimeLink, Role},
    redacted::{LinkToken, Password, Secret},
    scope::{DefineScope, DefinedScope, ScopeName, ScopePage, Scopes},
    session::{Done, Session},
    token_lifetime::TokenLifetime,
};
use schemars::SchemaGenerator;

use super::operation::{Access, Function, Operation};

/// Every server function. A test compares this with the functions that are registered, and with their arguments.
pub(super) fn all(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    let mut operations = access_keys(shapes);
    operations.extend(scopes(shapes));
    operations.extend(members(shapes));
    operations.extend(sessions(shapes));
    operations
}

fn access_keys(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Access keys";
    vec![
        Function::new(shapes, TAG, "access-keys/list", Access::KeyViewers, "A page of keys, newest first")
            .takes_all_of::<ListAccessKeys>()
            .gives::<AccessKeyPage>("The page, and where the next one begins."),
        Function::new(shapes, TAG, "access-keys/get", Access::KeyViewers, "A key and the latest page of its history")
            .takes::<AccessKeyId>("id", "The key.")
            .gives::<AccessKeyDetails>("The key, and where the next page of its history begins."),
        Function::new(
            shapes,
            TAG,
            "access-keys/history",
            Access::KeyViewers,
            "A page of a key's history, latest first",
        )
        .takes::<AccessKeyId>("id", "The key.")
        .takes_a_page()
        .gives::<HistoryPage>("The page, and where the next one begins."),
        Function::new(shapes, TAG, "access-keys/create", Access::KeyManagers, "Makes a key, inactive")
            .takes_all_of::<CreateAccessKey>()
            .gives::<CreatedAccessKey>("The key and its secret. Returned only here."),
        Function::new(shapes, TAG, "access-keys/rename", Access::KeyManagers, "Renames a key")
            .takes::<AccessKeyId>("id", "The key.")
            .takes::<String>("name", "Its new name, 1 to 100 characters. Names may repeat.")
            .gives::<AccessKey>("The key, as it is now."),
        Function::new(shapes, TAG, "access-keys/set-status", Access::KeyManagers, "Activates or deactivates a key")
            .takes::<AccessKeyId>("id", "The key.")
            .takes::<Activation>("status", "What it is from now on. Repeating a status changes nothing.")
            .gives::<StatusSet>("The key, as it is now, and the nodes that go by it."),
        Function::new(shapes, TAG, "access-keys/set-scopes", Access::KeyManagers, "Sets the scopes of a key")
            .takes::<AccessKeyId>("id", "The key.")
            .takes::<Scopes>("scopes", "All that it carries from now on.")
            .gives::<ChangedAccessKey>("The key, as it is now."),
        Function::new(
            shapes,
            TAG,
            "access-keys/set-token-lifetime",
            Access::KeyManagers,
            "Sets how long an OAuth client's tokens last",
        )
        .takes::<AccessKeyId>("id", "The OAuth client.")
        .may_take::<Option<TokenLifetime>>("token_lifetime", "In seconds; without it, as the server's setting says.")
        .gives::<ChangedAccessKey>("The client, as it is now."),
        Function::new(
            shapes,
            TAG,
            "access-keys/delete",
            Access::KeyManagers,
            "Deletes a key; it can be restored for 30 days",
        )
        .takes::<AccessKeyId>("id", "The key.")
        .takes::<String>("name", "Its name, as a confirmation.")
        .gives::<ChangedAccessKey>("The key, as it is now."),
        Function::new(shapes, TAG, "access-keys/restore", Access::KeyManagers, "Restores a deleted key, inactive")
            .takes::<AccessKeyId>("id", "The key.")
            .gives::<ChangedAccessKey>("The key, as it is now."),
        Function::new(
            shapes,
            TAG,
            "access-keys/validate",
            Access::Administrators,
            "Tells what a pair of ID and secret is worth",
        )
        .takes::<String>("id", "An ID, in any shape: what is none is unknown.")
        .takes::<Secret>("secret", "The secret that came with it.")
        .gives::<Validation>("What the pair is worth. It does not count as a use."),
    ]
}

fn scopes(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Scopes";
    vec![
        Function::new(shapes, TAG, "scopes/list", Access::KeyViewers, "A page of the scopes that keys can carry")
            .takes_a_page()
            .gives::<ScopePage>("The organization's own, then the built-in ones."),
        Function::new(shapes, TAG, "scopes/define", Access::Administrators, "Defines a scope, or describes it anew")
            .takes_all_of::<DefineScope>()
            .gives::<DefinedScope>("The scope."),
        Function::new(shapes, TAG, "scopes/delete", Access::Administrators, "Deletes a scope that no key carries")
            .takes::<ScopeName>("name", "The scope.")
            .gives::<Done>("Nothing more to tell."),
    ]
}

fn members(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Members";
    vec![
        Function::new(shapes, TAG, "members/list", Access::Members, "A page of the organization's members")
            .takes_a_page()
            .gives::<MemberPage>("By e-mail address."),
        Function::new(shapes, TAG, "members/list-invitations", Access::Members, "A page of the invitations that wait")
            .takes_a_page()
            .gives::<InvitationPage>("By e-mail address. Only administrators see any."),
        Function::new(shapes, TAG, "members/invite", Access::Administrators, "Makes a one-time link to join by")
            .takes::<String>("email", "Whom to invite.")
            .takes::<Role>("role", "What the new member may do.")
            .gives::<OneTimeLink>("The link, to pass on."),
        Function::new(shapes, TAG, "members/withdraw", Access::Administrators, "Withdraws an invitation that waits")
            .takes::<String>("email", "Whom the invitation is for.")
            .gives::<Done>("Nothing more to tell."),
        Function::new(shapes, TAG, "members/invitation", Access::Everybody, "Reads an invitation")
            .takes::<LinkToken>("token", "The token of the invitation's link.")
            .gives::<Invitation>("The invitation."),
        Function::new(shapes, TAG, "members/accept", Access::Everybody, "Accepts an invitation, and begins a session")
            .takes::<LinkToken>("token", "The token of the invitation's link.")
            .takes::<Password>("password", "The new member's password.")
            .gives::<Done>("The session's cookie is set."),
        Function::new(shapes, TAG, "members/set-role", Access::Administrators, "Changes what a member may do")
            .takes::<MemberId>("id", "The member.")
            .takes::<Role>("role", "What the member may do from now on.")
            .gives::<ChangedMember>("The member, as it is now."),
        Function::new(
            shapes,
            TAG,
            "members/recovery-link",
            Access::Administrators,
            "Makes a link to set a password by",
        )
        .takes::<MemberId>("id", "The member.")
        .gives::<OneTimeLink>("The link, to pass on."),
        Function::new(shapes, TAG, "members/remove", Access::Administrators, "Removes a member at once")
            .takes::<MemberId>("id", "The member.")
            .gives::<Done>("Nothing more to tell."),
    ]
}

fn sessions(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Sessions";
    vec![
        Function::new(shapes, TAG, "set-up", Access::Everybody, "Makes an organization and its administrator")
            .takes::<LinkToken>("token", "The token of the set-up link.")
            .takes::<String>("organization", "The organization's name.")
            .takes::<String>("email", "What the administrator signs in with.")
            .takes::<Password>("password", "The administrator's password.")
            .gives::<Done>("The session's cookie is set."),
        Function::new(shapes, TAG, "sign-in", Access::Everybody, "Begins a session")
            .takes::<String>("email", "The member's e-mail address.")
            .takes::<Password>("password", "The member's password.")
            .gives::<Done>("The session's cookie is set."),
        Function::new(shapes, TAG, "sign-out", Access::Everybody, "Ends the session, if there is one")
            .gives::<Done>("The session has ended."),
        Function::new(shapes, TAG, "session", Access::Members, "Who is signed in").gives::<Session>("The member."),
        Function::new(shapes, TAG, "change-password", Access::Members, "Changes the password, and ends other sessions")
            .takes::<Password>("current", "The password until now.")
            .takes::<Password>("new", "The password from now on.")
            .gives::<Done>("A new session's cookie is set."),
        Function::new(shapes, TAG, "reset-password", Access::Everybody, "Sets a password by a recovery link")
            .takes::<LinkToken>("token", "The token of the recovery link.")
            .takes::<Password>("new", "The password from now on.")
            .gives::<Done>("A session's cookie is set."),
    ]
}
