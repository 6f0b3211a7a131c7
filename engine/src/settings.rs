use std::time::Duration;

use crate::{
    cluster::NodeSettings,
    crypto::{sealing::SealingKey, secret::SecretPrefix},
    limits::Limits,
    signing::SigningPolicy,
    verification::Audiences,
};

/// What the operator decides. No `Debug`: the database's URL may hold a password.
pub struct Settings {
    /// `sqlite://PATH` or `postgres://…`.
    pub database: String,
    /// Where Latchkey is reached, without a slash at the end: the `iss` of its tokens (RFC 8414 §2).
    pub issuer: String,
    /// Whether the operator has named that URL, rather than left it to the default.
    pub public_url_is_set: bool,
    /// The resources that access tokens can be for (`aud`).
    pub audiences: Audiences,
    /// What stands first in every secret made from now on.
    pub secret_prefix: SecretPrefix,
    /// How long an access token lasts.
    pub token_lifetime: Duration,
    /// How long a client's assertion may last.
    pub assertion_lifetime: Duration,
    /// Whether a key's last use is recorded, with the caller's address. The first use is in any case.
    pub record_last_use: bool,
    /// What signing keys are sealed under; with SQLite one is made beside the database if there is none.
    pub sealing_key: Option<SealingKey>,
    /// What they were sealed under before: what still is, is sealed under the other one. Tokens with its tags stay
    /// good while it is given.
    pub previous_sealing_key: Option<SealingKey>,
    /// What access tokens are signed with, and for how long with one key.
    pub signing: SigningPolicy,
    /// How much may be left in the database.
    pub limits: Limits,
    /// Of a process that judges credentials; a command that only changes something is none.
    pub node: Option<NodeSettings>,
}
