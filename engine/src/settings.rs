use std::time::Duration;

use crate::{
    cluster::NodeSettings,
    crypto::{sealing::SealingKey, secret::SecretPrefix},
    limits::Limits,
    signing::SigningPolicy,
    verification::Audiences,
};

/// The settings of the operator. It has no `Debug`, because the database's URL may contain a password.
pub struct Settings {
    /// `sqlite://PATH` or `postgres://…`.
    pub database: String,
    /// The public URL of Latchkey, without a slash at the end: the `iss` of its tokens (RFC 8414 §2).
    pub issuer: String,
    /// Whether the operator has set that URL.
    pub public_url_is_set: bool,
    /// The resources that access tokens can be for (`aud`).
    pub audiences: Audiences,
    /// The start of every new secret.
    pub secret_prefix: SecretPrefix,
    /// The lifetime of access tokens.
    pub token_lifetime: Duration,
    /// The maximum lifetime of a client's assertion.
    pub assertion_lifetime: Duration,
    /// Whether a key's last use is recorded, with the caller's address. The first use always is.
    pub record_last_use: bool,
    /// The key that seals signing keys. With SQLite, one is created beside the database if there is none.
    pub sealing_key: Option<SealingKey>,
    /// The previous sealing key. Texts that are sealed with it are sealed with the current key. Tokens with its tags stay
    /// valid while it is configured.
    pub previous_sealing_key: Option<SealingKey>,
    /// The algorithm of new signing keys, and how long each signs.
    pub signing: SigningPolicy,
    /// The limits on stored data.
    pub limits: Limits,
    /// The node, for a process that verifies credentials. A command that only makes changes is not a node.
    pub node: Option<NodeSettings>,
}
