use super::SealingKey;

/// What becomes of the signing keys that a database holds when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningKeysAtOpening {
    /// They are opened by the sealing key.
    #[default]
    Kept,
    /// They are dropped with every access token: the key that they are sealed under is lost.
    Forgotten,
}

impl SigningKeysAtOpening {
    /// The same, where another sealing key may have been in use before.
    pub(crate) fn with_previous(self, previous: Option<&SealingKey>) -> StoredKeys<'_> {
        match self {
            Self::Kept => previous.map_or(StoredKeys::Open, StoredKeys::Reseal),
            Self::Forgotten => StoredKeys::Forget,
        }
    }
}

/// What is to become of the keys that are stored.
pub(crate) enum StoredKeys<'a> {
    /// They are opened.
    Open,
    /// What is sealed under this key is sealed anew under the one of today, and opened.
    Reseal(&'a SealingKey),
    /// They are dropped.
    Forget,
}
