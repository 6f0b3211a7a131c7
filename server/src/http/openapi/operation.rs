use latchkey_model::scope::BuiltInScope;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::schemas::reference;

/// A call: a method of a path.
pub(super) struct Operation {
    pub(super) path: String,
    pub(super) method: &'static str,
    /// The operation object of `OpenAPI`.
    pub(super) description: Value,
}

/// Who may call a server function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Anyone; a one-time link or a password is checked.
    Anyone,
    /// Members with a session.
    Members,
    /// Administrators with a session.
    Administrators,
    /// Members with a session, and credentials that manage keys.
    KeyViewers,
    /// Administrators with a session, and credentials that manage keys.
    KeyManagers,
}

/// A server function: `POST` with JSON, a JSON reply, problems for errors.
pub(super) struct Function<'s> {
    schemas: &'s mut SchemaGenerator,
    path: &'static str,
    description: Value,
}

impl<'s> Function<'s> {
    pub(super) fn new(
        schemas: &'s mut SchemaGenerator,
        tag: &str,
        path: &'static str,
        access: Access,
        summary: &str,
    ) -> Self {
        let description = json!({
            "operationId": path.replace('/', "-"),
            "tags": [tag],
            "summary": summary,
            "description": caller(access),
            "security": security(access),
            "responses": problems(&STATUSES),
        });
        Self { schemas, path, description }
    }

    /// Sets the request, whose members are the body. A request without required members may be empty.
    pub(super) fn request<T: JsonSchema>(mut self) -> Self {
        let is_required = T::json_schema(self.schemas).get("required").is_some();
        let schema = self.schemas.subschema_for::<T>();
        self.description["requestBody"] =
            json!({ "required": is_required, "content": { "application/json": { "schema": schema } } });
        self
    }

    /// Sets the reply, and returns the operation.
    pub(super) fn returns<T: JsonSchema>(mut self, meaning: &str) -> Operation {
        let reply = self.schemas.subschema_for::<T>();
        self.description["responses"]["200"] =
            json!({ "description": meaning, "content": { "application/json": { "schema": reply } } });
        Operation { path: format!("/api/{}", self.path), method: "post", description: self.description }
    }
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Members | Access::Administrators => json!([{ "session": [] }]),
        Access::KeyViewers | Access::KeyManagers => {
            json!([{ "session": [] }, { "bearer": [] }, { "oauth2": [BuiltInScope::ManageAccessKeys.as_str()] }])
        }
    }
}

/// The statuses that problems of server functions can have.
const STATUSES: [&str; 13] =
    ["400", "401", "403", "404", "405", "409", "410", "413", "415", "422", "429", "500", "503"];

/// Returns the refusals with these statuses.
pub(super) fn problems(statuses: &[&str]) -> Map<String, Value> {
    let response = |status| match status {
        "401" => reference("Challenge"),
        "405" => reference("MethodNotAllowed"),
        _ => reference("Problem"),
    };
    statuses.iter().map(|status| ((*status).to_owned(), response(status))).collect()
}

/// Returns a description of who may make a call.
const fn caller(access: Access) -> &'static str {
    match access {
        Access::Anyone => "Anyone may call this; a one-time link or a password is checked.",
        Access::Members => "For signed-in members.",
        Access::Administrators => "For signed-in administrators.",
        Access::KeyViewers => "For signed-in members, and for credentials with the scope access-keys:manage.",
        Access::KeyManagers => "For signed-in administrators, and for credentials with the scope access-keys:manage.",
    }
}
