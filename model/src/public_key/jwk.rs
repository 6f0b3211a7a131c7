use serde::{
    Deserialize, Deserializer, Serialize,
    de::{IgnoredAny, MapAccess, Visitor},
};

/// A JWK with the members that are used here; others are ignored (RFC 7517 §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "RFC 7518 §6 and RFC 8037 §2 say what each member is")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Jwk {
    pub kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// The algorithm that the key is intended for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The intended use of the key.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub public_key_use: Option<String>,
    /// The allowed operations of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_ops: Option<Vec<String>>,
    /// Whether it has a member that only a private or a secret key has. The value is not kept.
    #[serde(flatten, skip_serializing, deserialize_with = "has_private_members")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub is_private: bool,
}

/// Returns whether there are members that RFC 7518 §6 and RFC 8037 §2 define for private and secret keys.
fn has_private_members<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = bool;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("the members of a JWK")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
            let mut is_private = false;
            while let Some((name, IgnoredAny)) = members.next_entry::<String, IgnoredAny>()? {
                is_private |= matches!(name.as_str(), "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k");
            }
            Ok(is_private)
        }
    }

    deserializer.deserialize_map(Members)
}
