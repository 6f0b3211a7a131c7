//! The JSON Schema of texts with a special form, for the description of the API.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    id::{AccessKeyId, MemberId, OrganizationId, RequestId},
    redacted::{LinkToken, Password, Secret},
    scope::{LONGEST_SCOPE, MOST_SCOPES, ScopeName, Scopes},
    token_lifetime::{self, TokenLifetime},
};

macro_rules! described {
    ($($name:ident: $schema:tt;)+) => {
        $(impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })+
    };
}

described! {
    AccessKeyId: { "type": "string", "pattern": "^(oc|ak)_[0-9A-Za-z]{12}$", "examples": ["ak_3KdZ8pRt61Yb"] };
    OrganizationId: { "type": "string", "pattern": "^org_[0-9A-Za-z]{12}$" };
    MemberId: { "type": "string", "pattern": "^mem_[0-9A-Za-z]{12}$", "examples": ["mem_7Hq2mV9cXw4T"] };
    RequestId: { "type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$" };
    Password: { "type": "string", "format": "password" };
    Secret: { "type": "string" };
    LinkToken: { "type": "string" };
    ScopeName: {
        "type": "string",
        "pattern": "^[!#-\\[\\]-~]+$",
        "minLength": 1,
        "maxLength": LONGEST_SCOPE,
        "examples": ["orders:read"],
    };
    TokenLifetime: {
        "type": "integer",
        "description": "In seconds.",
        "minimum": token_lifetime::SHORTEST,
        "maximum": token_lifetime::LONGEST,
    };
}

impl JsonSchema for Scopes {
    fn schema_name() -> Cow<'static, str> {
        "Scopes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = generator.subschema_for::<ScopeName>();
        json_schema!({ "type": "array", "items": name, "maxItems": MOST_SCOPES })
    }
}
