use latchkey_model::{
    access_key::{
        AccessKeyDetails, AccessKeyPage, ChangedAccessKey, CreateAccessKey, CreatedAccessKey, DeleteAccessKey,
        GetAccessKey, HistoryPage, ListAccessKeyHistory, ListAccessKeys, RenameAccessKey, RestoreAccessKey,
        SetAccessKeyScopes, SetAccessKeyStatus, SetTokenLifetime, StatusSet, ValidateAccessKey, Validation,
    },
    member::{
        AcceptInvitation, ChangedMember, GetInvitation, Invitation, InvitationPage, InviteMember, MakeRecoveryLink,
        MemberPage, OneTimeLink, RemoveMember, SetMemberRole, WithdrawInvitation,
    },
    page::PageRequest,
    scope::{DefineScope, DefinedScope, DeleteScope, ScopePage},
    session::{ChangePassword, Done, NoArguments, ResetPassword, Session, SetUp, SignIn},
};
use schemars::SchemaGenerator;

use super::operation::{Access, Function, Operation};

/// Returns every server function. A test compares them with the registered functions, and with their requests.
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
            .request::<ListAccessKeys>()
            .returns::<AccessKeyPage>("The page, and the cursor of the next one."),
        Function::new(
            schemas,
            TAG,
            "access-keys/get",
            Access::KeyViewers,
            "Returns a key and the latest page of its history",
        )
        .request::<GetAccessKey>()
        .returns::<AccessKeyDetails>("The key, and the cursor of the next page of its history."),
        Function::new(schemas, TAG, "access-keys/history", Access::KeyViewers, "Lists a key's history, latest first")
            .request::<ListAccessKeyHistory>()
            .returns::<HistoryPage>("The page, and the cursor of the next one."),
        Function::new(schemas, TAG, "access-keys/create", Access::KeyManagers, "Creates a key, inactive")
            .request::<CreateAccessKey>()
            .returns::<CreatedAccessKey>("The key and its secret. No other reply contains a secret."),
        Function::new(schemas, TAG, "access-keys/rename", Access::KeyManagers, "Renames a key")
            .request::<RenameAccessKey>()
            .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/set-status", Access::KeyManagers, "Activates or deactivates a key")
            .request::<SetAccessKeyStatus>()
            .returns::<StatusSet>("The key after the change, and the nodes that have applied it."),
        Function::new(schemas, TAG, "access-keys/set-scopes", Access::KeyManagers, "Sets the scopes of a key")
            .request::<SetAccessKeyScopes>()
            .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(
            schemas,
            TAG,
            "access-keys/set-token-lifetime",
            Access::KeyManagers,
            "Sets the lifetime of an OAuth client's tokens",
        )
        .request::<SetTokenLifetime>()
        .returns::<ChangedAccessKey>("The client after the change."),
        Function::new(
            schemas,
            TAG,
            "access-keys/delete",
            Access::KeyManagers,
            "Deletes a key; it can be restored for 30 days",
        )
        .request::<DeleteAccessKey>()
        .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/restore", Access::KeyManagers, "Restores a deleted key, inactive")
            .request::<RestoreAccessKey>()
            .returns::<ChangedAccessKey>("The key after the change."),
        Function::new(schemas, TAG, "access-keys/validate", Access::Administrators, "Checks a pair of ID and secret")
            .request::<ValidateAccessKey>()
            .returns::<Validation>("The result. The check does not count as a use."),
    ]
}

fn scopes(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Scopes";
    vec![
        Function::new(schemas, TAG, "scopes/list", Access::KeyViewers, "Lists the scopes that keys can have")
            .request::<PageRequest>()
            .returns::<ScopePage>("The organization's own scopes, then the built-in ones."),
        Function::new(
            schemas,
            TAG,
            "scopes/define",
            Access::Administrators,
            "Defines a scope, or changes its description",
        )
        .request::<DefineScope>()
        .returns::<DefinedScope>("The scope."),
        Function::new(schemas, TAG, "scopes/delete", Access::Administrators, "Deletes a scope that no key has")
            .request::<DeleteScope>()
            .returns::<Done>("The call succeeded."),
    ]
}

fn members(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Members";
    vec![
        Function::new(schemas, TAG, "members/list", Access::Members, "Lists the organization's members")
            .request::<PageRequest>()
            .returns::<MemberPage>("Sorted by e-mail address."),
        Function::new(schemas, TAG, "members/list-invitations", Access::Members, "Lists the pending invitations")
            .request::<PageRequest>()
            .returns::<InvitationPage>("Sorted by e-mail address. Only administrators see any."),
        Function::new(
            schemas,
            TAG,
            "members/invite",
            Access::Administrators,
            "Creates a one-time link to join the organization",
        )
        .request::<InviteMember>()
        .returns::<OneTimeLink>("The link, to be passed on to the member."),
        Function::new(schemas, TAG, "members/withdraw", Access::Administrators, "Withdraws an open invitation")
            .request::<WithdrawInvitation>()
            .returns::<Done>("The call succeeded."),
        Function::new(schemas, TAG, "members/invitation", Access::Anyone, "Reads an invitation")
            .request::<GetInvitation>()
            .returns::<Invitation>("The invitation."),
        Function::new(schemas, TAG, "members/accept", Access::Anyone, "Accepts an invitation, and starts a session")
            .request::<AcceptInvitation>()
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "members/set-role", Access::Administrators, "Changes a member's role")
            .request::<SetMemberRole>()
            .returns::<ChangedMember>("The member after the change."),
        Function::new(
            schemas,
            TAG,
            "members/recovery-link",
            Access::Administrators,
            "Creates a one-time link to set a new password",
        )
        .request::<MakeRecoveryLink>()
        .returns::<OneTimeLink>("The link, to be passed on to the member."),
        Function::new(schemas, TAG, "members/remove", Access::Administrators, "Removes a member at once")
            .request::<RemoveMember>()
            .returns::<Done>("The call succeeded."),
    ]
}

fn sessions(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    const TAG: &str = "Sessions";
    vec![
        Function::new(schemas, TAG, "set-up", Access::Anyone, "Creates an organization and its administrator")
            .request::<SetUp>()
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-in", Access::Anyone, "Starts a session")
            .request::<SignIn>()
            .returns::<Done>("The session's cookie is set."),
        Function::new(schemas, TAG, "sign-out", Access::Anyone, "Ends the session, if there is one")
            .request::<NoArguments>()
            .returns::<Done>("The session has ended."),
        Function::new(schemas, TAG, "session", Access::Members, "Returns who is signed in")
            .request::<NoArguments>()
            .returns::<Session>("The member."),
        Function::new(
            schemas,
            TAG,
            "change-password",
            Access::Members,
            "Changes the password, and ends all other sessions",
        )
        .request::<ChangePassword>()
        .returns::<Done>("A new session's cookie is set."),
        Function::new(schemas, TAG, "reset-password", Access::Anyone, "Sets a password with a recovery link")
            .request::<ResetPassword>()
            .returns::<Done>("A session's cookie is set."),
    ]
}
