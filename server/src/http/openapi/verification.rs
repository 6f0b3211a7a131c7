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
            "summary": "Whether a credential is good",
            "security": [{ "bearer": [] }, { "apiKey": [] }],
            "responses": with(problems(&["400", "401", "405", "503"]), "200", json_reply("It is.", &pong)),
        }),
    )
}

fn verify(method: &'static str) -> Operation {
    let identity = ["Id", "Kind", "Name", "Organization", "Scopes"].map(|what| {
        (format!("Latchkey-Credential-{what}"), json!({ "required": true, "schema": { "type": "string" } }))
    });
    let good = json!({ "description": "It is good, and who it is.", "headers": Map::from_iter(identity) });
    operation(
        method,
        "/verify",
        json!({
            "operationId": format!("verify-{method}"),
            "tags": ["Credentials"],
            "summary": "What a gateway asks",
            "description": "Every path below this one is answered alike, and a body is not read. A parameter that comes several times demands all of its values; one that is not known is refused with 400, before the credential is looked at.",
            "security": [{ "bearer": [] }, { "apiKey": [] }],
            "parameters": [
                {
                    "name": "scope",
                    "in": "query",
                    "description": "What the credential has to carry, several with spaces between.",
                    "schema": { "type": "string", "pattern": "^ *([!#-\\[\\]-~]{1,64}( +|$))*$" },
                },
                {
                    "name": "organization",
                    "in": "query",
                    "description": "The ID of the organization whose the credential has to be: each one defines scopes of its own, under any name. Without it, every organization's credentials are good.",
                    "schema": { "type": "string" },
                },
                {
                    "name": "resource",
                    "in": "query",
                    "description": "The audience that an access token has to be for, one of LATCHKEY_AUDIENCE (RFC 8707); the first of them, if absent. Where it is none of them, every credential is refused. API keys have no audience, and are good for each.",
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
            "summary": "This description",
            "security": [],
            "responses": with(problems(&["405"]), "200", described),
        }),
    )
}

fn live() -> Operation {
    operation("get", "/livez", health("Whether the process answers", problems(&["405"])))
}

fn ready() -> Operation {
    operation("get", "/readyz", health("Whether the database answers too", problems(&["405", "503"])))
}

fn health(summary: &str, problems: Map<String, Value>) -> Value {
    let good = json!({ "description": "It does.", "content": { "text/plain": { "schema": { "type": "string" } } } });
    json!({
        "operationId": summary.to_lowercase().replace(' ', "-"),
        "tags": ["Credentials"],
        "summary": summary,
        "security": [],
        "responses": with(problems, "200", good),
    })
}
