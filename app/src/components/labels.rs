//! Labels for the two kinds of access key.

use latchkey_model::access_key::Kind;

/// The labels of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct KindLabels {
    pub create: &'static str,
    pub create_first: &'static str,
    pub plural: &'static str,
    pub id: &'static str,
    pub secret: &'static str,
}

/// Returns the labels of `kind`.
#[must_use]
pub const fn labels(kind: Kind) -> KindLabels {
    match kind {
        Kind::OAuthClient => KindLabels {
            create: "Create OAuth client",
            create_first: "Create your first OAuth client",
            plural: "OAuth clients",
            id: "Client ID",
            secret: "Client secret",
        },
        Kind::ApiKey => KindLabels {
            create: "Create key",
            create_first: "Create your first API key",
            plural: "API keys",
            id: "Key ID",
            secret: "Key secret",
        },
    }
}
