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
        Function::new(schemas, TAG, "access-keys/list", Access::KeyViewers, "Lists keys, newest first")
            .body::<ListAccessKeys>()
            .returns::<AccessKeyPage>("The page, and the cursor of the next one."),
        Function::new(
            schemas,
            TAG,
            "access-keys/get",
            Access::KeyViewers,
            "Returns a key and the latest page of its history",
        )
        .field::<AccessKeyId>("id", "The key.")
        .returns::<AccessKeyDetails>("The key, and the cursor of the next page of its history."),
        Function::new(schemas, TAG, "access-keys/history", Access::KeyViewers, "Lists a key's history, latest first")
            .field::<AccessKeyId>("id", "The key.")
            .page_fields()
            .returns::<HistoryPage>("The page, and the cursor of the next one."),
        Function::new(schemas, TAG, "access-keys/create", Access::KeyManagers, "Creates a key, inactive")
            .body::<CreateAccessKey>()
            .returns::<CreatedAccessKey>("The key and its secret. No other reply contains a secret."),
        Function::new(schemas, TAG, "access-keys/rename", Access::KeyManagers, "Renames a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<String>("name", "The new name, 1 to 100 characters. Names need not be unique.")
            .returns::<AccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/set-status", Access::KeyManagers, "Activates or deactivates a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<Activation>("status", "The new status. To set the current status changes nothing.")
            .returns::<StatusSet>("The key after the change, and the nodes that have applied it."),
        Function::new(schemas, TAG, "access-keys/set-scopes", Access::KeyManagers, "Sets the scopes of a key")
            .field::<AccessKeyId>("id", "The key.")
            .field::<Scopes>("scopes", "All scopes of the key after the change.")
            .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(
            schemas,
            TAG,
            "access-keys/set-token-lifetime",
            Access::KeyManagers,
            "Sets the lifetime of an OAuth client's tokens",
        )
        .field::<AccessKeyId>("id", "The OAuth client.")
        .optional_field::<Option<TokenLifetime>>("token_lifetime", "In seconds. Default: the server's setting.")
        .returns::<ChangedAccessKey>("The client after the change."),
        Function::new(
            schemas,
            TAG,
            "access-keys/delete",
            Access::KeyManagers,
            "Deletes a key; it can be restored for 30 days",
        )
        .field::<AccessKeyId>("id", "The key.")
        .field::<String>("name", "The key's name, as a confirmation.")
        .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/restore", Access::KeyManagers, "Restores a deleted key, inactive")
            .field::<AccessKeyId>("id", "The key.")
            .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/validate", Access::Administrators, "Checks a pair of ID and secret")
            .field::<String>("id", "Any string. A malformed ID is reported as `unknown`.")
            .field::<Secret>("secret", "The secret to check.")
            .returns::<Validation>("The result. The check does not count as a use."),
    ]
}

fn scopes(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Scopes";
    vec![
        Function::new(schemas, TAG, "scopes/list", Access::KeyViewers, "Lists the scopes that keys can have")
            .page_fields()
            .returns::<ScopePage>("The organization's own scopes, then the built-in ones."),
        Function::new(
            schemas,
            TAG,
            "scopes/define",
            Access::Administrators,
            "Defines a scope, or changes its description",
        )
        .body::<DefineScope>()
        .returns::<DefinedScope>("The scope."),
        Function::new(schemas, TAG, "scopes/delete", Access::Administrators, "Deletes a scope that no key has")
            .field::<ScopeName>("name", "The scope.")
            .returns::<Done>("The call succeeded."),
    ]
}

fn members(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Members";
    vec![
        Function::new(schemas, TAG, "members/list", Access::Members, "Lists the organization's members")
            .page_fields()
            .returns::<MemberPage>("Sorted by e-mail address."),
        Function::new(schemas, TAG, "members/list-invitations", Access::Members, "Lists the pending invitations")
            .page_fields()
            .returns::<InvitationPage>("Sorted by e-mail address. Only administrators see any."),
        Function::new(
            schemas,
            TAG,
            "members/invite",
            Access::Administrators,
            "Creates a one-time link to join the organization",
        )
        .field::<String>("email", "The address to invite.")
        .field::<Role>("role", "The new member's role.")
        .returns::<OneTimeLink>("The link, to be passed on to the member."),
        Function::new(schemas, TAG, "members/withdraw", Access::Administrators, "Withdraws an open invitation")
            .field::<String>("email", "The invited address.")
            .returns::<Done>("The call succeeded."),
        Function::new(schemas, TAG, "members/invitation", Access::Anyone, "Reads an invitation")
            .field::<LinkToken>("token", "The token of the invitation's link.")
            .returns::<Invitation>("The invitation."),
        Function::new(schemas, TAG, "members/accept", Access::Anyone, "Accepts an invitation, and starts a session")
            .field::<LinkToken>("token", "The token of the invitation's link.")
            .field::<Password>("password", "The new member's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "members/set-role", Access::Administrators, "Changes a member's role")
            .field::<MemberId>("id", "The member.")
            .field::<Role>("role", "The new role.")
            .returns::<ChangedMember>("The member after the change."),
        Function::new(
            schemas,
            TAG,
            "members/recovery-link",
            Access::Administrators,
            "Creates a one-time link to set a new password",
        )
        .field::<MemberId>("id", "The member.")
        .returns::<OneTimeLink>("The link, to be passed on to the member."),
        Function::new(schemas, TAG, "members/remove", Access::Administrators, "Removes a member at once")
            .field::<MemberId>("id", "The member.")
            .returns::<Done>("The call succeeded."),
    ]
}

fn sessions(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Sessions";
    vec![
        Function::new(schemas, TAG, "set-up", Access::Anyone, "Creates an organization and its administrator")
            .field::<LinkToken>("token", "The token of the set-up link.")
            .field::<String>("organization", "The organization's name.")
            .field::<String>("email", "The administrator's e-mail address.")
            .field::<Password>("password", "The administrator's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-in", Access::Anyone, "Starts a session")
            .field::<String>("email", "The member's e-mail address.")
            .field::<Password>("password", "The member's password.")
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-out", Access::Anyone, "Ends the session, if there is one")
            .returns::<Done>("The session has ended."),
        Function::new(schemas, TAG, "session", Access::Members, "Returns who is signed in")
            .returns::<Session>("The member."),
        Function::new(
            schemas,
            TAG,
            "change-password",
            Access::Members,
            "Changes the password, and ends all other sessions",
        )
        .field::<Password>("current", "The current password.")
        .field::<Password>("new", "The new password.")
        .returns::<Done>("A new session's cookie is set."),
        Function::new(schemas, TAG, "reset-password", Access::Anyone, "Sets a password with a recovery link")
            .field::<LinkToken>("token", "The token of the recovery link.")
            .field::<Password>("new", "The new password.")
            .returns::<Done>("A session's cookie is set."),
    ]
}
