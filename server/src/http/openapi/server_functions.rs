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

/// Returns every server function. A test compares them with the registered functions, and with their arguments.
pub(super) fn operations(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let mut operations = access_keys(schemas);
    operations.extend(scopes(schemas));
    operations.extend(members(schemas));
    operations.extend(sessions(schemas));
    operations
}

fn access_keys(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Access keys";
    vec![
        Function::new(schemas, TAG, "access-keys/list", Access::KeyViewers, "A page of keys, newest first")
            .body::<ListAccessKeys>()
            .returns::<AccessKeyPage>("The page, and where the next one begins."),
        Function::new(schemas, TAG, "access-keys/get", Access::KeyViewers, "A key and the latest page of its history")
            .field::<AccessKeyId>("id", "The key.")
            .returns::<AccessKeyDetails>("The key, and where the next page of its history begins."),
        Function::new(
            schemas,
            TAG,
            "access-keys/history",
            Access::KeyViewers,
            "A page of a key's history, latest first",
        )
        .field::<AccessKeyId>("id", "The key.")
        .page_fields()
        .returns::<HistoryPage>("The page, and where the next one begins."),
        Function::new(schemas, TAG, "access-keys/create", Access::KeyManagers, "Makes a key, inactive")
            .body::<CreateAccessKey>()
            .returns::<CreatedAccessKey>("The key and its secret. No other reply ever holds one."),
        Function::new(schemas, TAG, "access-keys/rename", Access::KeyManagers, "Renames a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<String>("name", "Its new name, 1 to 100 characters. Names may repeat.")
            .returns::<AccessKey>("The key, as it is now."),
        Function::new(schemas, TAG, "access-keys/set-status", Access::KeyManagers, "Activates or deactivates a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<Activation>("status", "What it is from now on. Repeating a status changes nothing.")
            .returns::<StatusSet>("The key, as it is now, and the nodes that go by it."),
        Function::new(schemas, TAG, "access-keys/set-scopes", Access::KeyManagers, "Sets the scopes of a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<Scopes>("scopes", "All that it carries from now on.")
            .returns::<ChangedAccessKey>("The key, as it is now."),
        Function::new(
            schemas,
            TAG,
            "access-keys/set-token-lifetime",
            Access::KeyManagers,
            "Sets how long an OAuth client's tokens last",
        )
        .field::<AccessKeyId>("id", "The OAuth client.")
        .optional_field::<Option<TokenLifetime>>(
            "token_lifetime",
            "In seconds; without it, as the server's setting says.",
        )
        .returns::<ChangedAccessKey>("The client, as it is now."),
        Function::new(
            schemas,
            TAG,
            "access-keys/delete",
            Access::KeyManagers,
            "Deletes a key; it can be restored for 30 days",
        )
        .field::<AccessKeyId>("id", "The key.")
        .field::<String>("name", "Its name, as a confirmation.")
        .returns::<ChangedAccessKey>("The key, as it is now."),
        Function::new(schemas, TAG, "access-keys/restore", Access::KeyManagers, "Restores a deleted key, inactive")
            .field::<AccessKeyId>("id", "The key.")
            .returns::<ChangedAccessKey>("The key, as it is now."),
        Function::new(
            schemas,
            TAG,
            "access-keys/validate",
            Access::Administrators,
            "Tells what a pair of ID and secret is worth",
        )
        .field::<String>("id", "An ID, in any shape: what is none is unknown.")
        .field::<Secret>("secret", "The secret that came with it.")
        .returns::<Validation>("What the pair is worth. It does not count as a use."),
    ]
}

fn scopes(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Scopes";
    vec![
        Function::new(schemas, TAG, "scopes/list", Access::KeyViewers, "A page of the scopes that keys can carry")
            .page_fields()
            .returns::<ScopePage>("The organization's own, then the built-in ones."),
        Function::new(schemas, TAG, "scopes/define", Access::Administrators, "Defines a scope, or describes it anew")
            .body::<DefineScope>()
            .returns::<DefinedScope>("The scope."),
        Function::new(schemas, TAG, "scopes/delete", Access::Administrators, "Deletes a scope that no key carries")
            .field::<ScopeName>("name", "The scope.")
            .returns::<Done>("Nothing more to tell."),
    ]
}

fn members(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Members";
    vec![
        Function::new(schemas, TAG, "members/list", Access::Members, "A page of the organization's members")
            .page_fields()
            .returns::<MemberPage>("By e-mail address."),
        Function::new(schemas, TAG, "members/list-invitations", Access::Members, "A page of the invitations that wait")
            .page_fields()
            .returns::<InvitationPage>("By e-mail address. Only administrators see any."),
        Function::new(schemas, TAG, "members/invite", Access::Administrators, "Makes a one-time link to join by")
            .field::<String>("email", "Whom to invite.")
            .field::<Role>("role", "What the new member may do.")
            .returns::<OneTimeLink>("The link, to pass on."),
        Function::new(schemas, TAG, "members/withdraw", Access::Administrators, "Withdraws an invitation that waits")
            .field::<String>("email", "Whom the invitation is for.")
            .returns::<Done>("Nothing more to tell."),
        Function::new(schemas, TAG, "members/invitation", Access::Anyone, "Reads an invitation")
            .field::<LinkToken>("token", "The token of the invitation's link.")
            .returns::<Invitation>("The invitation."),
        Function::new(schemas, TAG, "members/accept", Access::Anyone, "Accepts an invitation, and begins a session")
            .field::<LinkToken>("token", "The token of the invitation's link.")
            .field::<Password>("password", "The new member's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "members/set-role", Access::Administrators, "Changes what a member may do")
            .field::<MemberId>("id", "The member.")
            .field::<Role>("role", "What the member may do from now on.")
            .returns::<ChangedMember>("The member, as it is now."),
        Function::new(
            schemas,
            TAG,
            "members/recovery-link",
            Access::Administrators,
            "Makes a link to set a password by",
        )
        .field::<MemberId>("id", "The member.")
        .returns::<OneTimeLink>("The link, to pass on."),
        Function::new(schemas, TAG, "members/remove", Access::Administrators, "Removes a member at once")
            .field::<MemberId>("id", "The member.")
            .returns::<Done>("Nothing more to tell."),
    ]
}

fn sessions(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Sessions";
    vec![
        Function::new(schemas, TAG, "set-up", Access::Anyone, "Makes an organization and its administrator")
            .field::<LinkToken>("token", "The token of the set-up link.")
            .field::<String>("organization", "The organization's name.")
            .field::<String>("email", "What the administrator signs in with.")
            .field::<Password>("password", "The administrator's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-in", Access::Anyone, "Begins a session")
            .field::<String>("email", "The member's e-mail address.")
            .field::<Password>("password", "The member's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-out", Access::Anyone, "Ends the session, if there is one")
            .returns::<Done>("The session has ended."),
        Function::new(schemas, TAG, "session", Access::Members, "Who is signed in").returns::<Session>("The member."),
        Function::new(
            schemas,
            TAG,
            "change-password",
            Access::Members,
            "Changes the password, and ends other sessions",
        )
        .field::<Password>("current", "The password until now.")
        .field::<Password>("new", "The password from now on.")
        .returns::<Done>("A new session's cookie is set."),
        Function::new(schemas, TAG, "reset-password", Access::Anyone, "Sets a password by a recovery link")
            .field::<LinkToken>("token", "The token of the recovery link.")
            .field::<Password>("new", "The password from now on.")
            .returns::<Done>("A session's cookie is set."),
    ]
}
