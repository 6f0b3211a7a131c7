//! The words of the two kinds of access key.

use latchkey_model::access_key::Kind;

/// How the page names things of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct Words {
    pub create: &'static str,
    pub create_first: &'static str,
    pub plural: &'static str,
    pub id: &'static str,
    pub secret: &'static str,
}

/// The words of `kind`.
#[must_use]
pub const fn words(kind: Kind) -> Words {
    match kind {
        Kind::OAuthClient => Words {
            create: "Create OAuth client",
            create_first: "Create your first OAuth client",
            plural: "OAuth clients",
            id: "Client ID",
            secret: "Client secret",
        },
        Kind::ApiKey => Words {
            create: "Create key",
            create_first: "Create your first API key",
            plural: "API keys",
            id: "Key ID",
            secret: "Key secret",
        },
    }
}
