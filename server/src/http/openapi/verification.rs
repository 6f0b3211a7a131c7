use serde_json::{Map, Value, json};

use super::{
    operation::{Operation, problems},
    schemas::{json_reply, with},
};

/// Returns the calls of gateways and monitoring. A test compares them with the routes.
pub(super) fn operations() -> Vec<Operation> {
    let mut operations = vec![ping(), description(), live(), ready()];
    operations.extend(["get", "head", "post", "put", "patch", "delete", "options", "trace"].map(verify));
    operations
}

fn operation(method: &'static str, path: &str, description: Value) -> Operation {
    Operation { path: path.to_owned(), method, description }
}

fn ping() -> Operation {
    let pong = json!({
        "type": "object",
        "properties": { "info": { "const": "pong" }, "status": { "const": 1 } },
        "required": ["info", "status"],
    });
    operation(
        "get",
        "/api/v1/ping",
        json!({
            "operationId": "ping",
            "tags": ["Credentials"],
            "summary": "Verifies a credential",
            "security": [{ "bearer": [] }, { "oauth2": [] }, { "apiKey": [] }],
            "responses": with(problems(&["400", "401", "405", "503"]), "200", json_reply("The credential is valid.", &pong)),
        }),
    )
}

fn verify(method: &'static str) -> Operation {
    let identity = ["Id", "Kind", "Name", "Organization", "Scopes"].map(|what| {
        (format!("Latchkey-Credential-{what}"), json!({ "required": true, "schema": { "type": "string" } }))
    });
    let good = json!({ "description": "The credential is valid; the headers say which one it is.", "headers": Map::from_iter(identity) });
    operation(
        method,
        "/verify",
        json!({
            "operationId": format!("verify-{method}"),
            "tags": ["Credentials"],
            "summary": "Verifies a credential for a gateway",
            "description": "Every path below this one is answered in the same way, and a body is not read. A parameter that occurs several times requires all of its values. An unknown parameter is refused with 400, before the credential is checked.",
            "security": [{ "bearer": [] }, { "oauth2": [] }, { "apiKey": [] }],
            "parameters": [
                {
                    "name": "scope",
                    "in": "query",
                    "description": "The scopes that the credential must have, separated by spaces.",
                    "schema": { "type": "string", "pattern": "^ *([!#-\\[\\]-~]{1,64}( +|$))*$" },
                },
                {
                    "name": "organization",
                    "in": "query",
                    "description": "The ID of the organization that the credential must belong to. Each organization defines its own scopes, under any name. Without this parameter, credentials of all organizations are accepted.",
                    "schema": { "type": "string" },
                },
                {
                    "name": "resource",
                    "in": "query",
                    "description": "The audience that an access token must be for, one of LATCHKEY_AUDIENCE (RFC 8707). Default: the first. If it is not one of them, every credential is refused. API keys have no audience, and are valid for each.",
                    "schema": { "type": "string" },
                },
            ],
            "responses": with(problems(&["400", "401", "403", "503"]), "200", good),
        }),
    )
}

fn description() -> Operation {
    let described = json_reply("OpenAPI 3.1.", &json!({ "type": "object" }));
    operation(
        "get",
        "/api/openapi.json",
        json!({
            "operationId": "openapi",
            "tags": ["OAuth 2.0"],
            "summary": "Returns this description",
            "security": [],
            "responses": with(problems(&["405"]), "200", described),
        }),
    )
}

fn live() -> Operation {
    operation("get", "/livez", health("live", "Checks that the process responds", problems(&["405"])))
}

fn ready() -> Operation {
    operation("get", "/readyz", health("ready", "Checks that credentials can be verified", problems(&["405", "503"])))
}

fn health(id: &str, summary: &str, problems: Map<String, Value>) -> Value {
    let good =
        json!({ "description": "The check passes.", "content": { "text/plain": { "schema": { "type": "string" } } } });
    json!({
        "operationId": id,
        "tags": ["Credentials"],
        "summary": summary,
        "security": [],
        "responses": with(problems, "200", good),
    })
}
