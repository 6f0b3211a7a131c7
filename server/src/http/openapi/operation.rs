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
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    body: Option<Value>,
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
        Self { schemas, path, description, properties: Map::new(), required: Vec::new(), body: None }
    }

    /// Adds a required field.
    pub(super) fn field<T: JsonSchema>(mut self, name: &'static str, meaning: &str) -> Self {
        self.required.push(name);
        self.optional_field::<T>(name, meaning)
    }

    /// Adds an optional field.
    pub(super) fn optional_field<T: JsonSchema>(mut self, name: &'static str, meaning: &str) -> Self {
        let mut schema = self.schemas.subschema_for::<T>().to_value();
        schema["description"] = json!(meaning);
        self.properties.insert(name.to_owned(), schema);
        self
    }

    /// Adds the fields of a `PageRequest`.
    pub(super) fn page_fields(self) -> Self {
        self.optional_field::<Option<String>>("cursor", "The `next_cursor` of the previous page.")
            .optional_field::<Option<u32>>("limit", "The number of entries, 1 to 200. Default: 50.")
    }

    /// Uses the schema of a type as the body.
    pub(super) fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(self.schemas.subschema_for::<T>().to_value());
        self
    }

    /// Sets the reply, and returns the operation.
    pub(super) fn returns<T: JsonSchema>(mut self, meaning: &str) -> Operation {
        let reply = self.schemas.subschema_for::<T>();
        let body = self
            .body
            .unwrap_or_else(|| json!({ "type": "object", "properties": self.properties, "required": self.required }));
        let is_optional = self.required.is_empty() && body.get("properties").is_some();
        self.description["requestBody"] =
            json!({ "required": !is_optional, "content": { "application/json": { "schema": body } } });
        self.description["responses"]["200"] =
            json!({ "description": meaning, "content": { "application/json": { "schema": reply } } });
        Operation { path: format!("/api/{}", self.path), method: "post", description: self.description }
    }
}

fn security(access: Access) -> Value {
    match access {
        Access::Anyone => json!([]),
        Access::Members | Access::Administrators => json!([{ "session": [] }]),
        Access::KeyViewers | Access::KeyManagers => json!([{ "session": [] }, { "bearer": [] }]),
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
