use latchkey_model::{
    access_key::{AccessKey, AuthenticationMethod},
    email::display_form,
    timestamp::Timestamp,
};
use latchkey_store::access_keys::{AccessKeyRow, AuthenticatorRow, KeyState};

/// Returns a key as replies show it, without its hash.
pub(super) fn to_view(key: AccessKeyRow, now: Timestamp) -> AccessKey {
    AccessKey {
        kind: key.kind(),
        status: key.status(now),
        deleted_at: match key.state {
            KeyState::Deleted { at } => Some(at),
            KeyState::Active | KeyState::Inactive => None,
        },
        id: key.id,
        name: key.name,
        scopes: key.scopes,
        authentication: match key.authenticator {
            AuthenticatorRow::Secret { .. } => AuthenticationMethod::Secret,
            AuthenticatorRow::KeyPair(_) => AuthenticationMethod::PrivateKeyJwt,
        },
        token_lifetime: key.token_lifetime,
        created_at: key.created_at,
        created_by: display_form(key.created_by),
        expires_at: key.expires_at,
        first_used: key.first_used,
        last_used: key.last_used,
    }
}
