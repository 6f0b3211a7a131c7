use serde_json::{Map, Value, json};

use super::operation::Operation;

/// What machines call. A test compares this with the routes.
pub(super) fn all() -> Vec<Operation> {
    let mut operations = vec![ping(), description(), live(), ready()];
    operations.extend(
        ["get", "head", "post", "put", "patch", "delete", "options", "trace"].map(|method| verify("/verify", method)),
    );
    operations.extend([token(), introspect(), revoke()]);
    operations.extend(metadata());
    operations
}

/// RFC 6749 §5.2.
pub(super) fn oauth_error() -> Value {
    json!({
        "type": "object",
        "properties": { "error": { "type": "string" }, "error_description": { "type": "string" } },
        "required": ["error"],
    })
}

fn operation(method: &'static str, path: &str, description: Value) -> Operation {
    Operation { path: path.to_owned(), method, description }
}

fn problems(statuses: &[&str]) -> Map<String, Value> {
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    statuses.iter().map(|status| ((*status).to_owned(), problem.clone())).collect()
}

fn oauth_errors() -> Map<String, Value> {
    let error = json!({ "$ref": "#/components/responses/OAuthError" });
    ["400", "401", "403", "413", "500", "503"].map(|status| (status.to_owned(), error.clone())).into_iter().collect()
}

fn with(mut responses: Map<String, Value>, status: &str, response: Value) -> Value {
    responses.insert(status.to_owned(), response);
    responses.into()
}

fn json_reply(meaning: &str, schema: &Value) -> Value {
    json!({ "description": meaning, "content": { "application/json": { "schema": schema } } })
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
            "responses": with(problems(&["401", "503"]), "200", json_reply("It is.", &pong)),
        }),
    )
}

fn verify(path: &str, method: &'static str) -> Operation {
    let identity = ["Id", "Kind", "Name", "Organization", "Scopes"].map(|what| {
        (format!("Latchkey-Credential-{what}"), json!({ "required": true, "schema": { "type": "string" } }))
    });
    let good = json!({ "description": "It is good, and who it is.", "headers": Map::from_iter(identity) });
    operation(
        method,
        path,
        json!({
            "operationId": format!("verify-{method}"),
            "tags": ["Credentials"],
            "summary": "What a gateway asks",
            "description": "Every path below this one is answered alike, and a body is not read.",
            "security": [{ "bearer": [] }, { "apiKey": [] }],
            "parameters": [{
                "name": "scope",
                "in": "query",
                "description": "What the credential has to carry, several with spaces between.",
                "schema": { "type": "string", "pattern": "^ *([!#-\\[\\]-~]{1,64}( +|$))*$" },
            }],
            "responses": with(problems(&["400", "401", "403", "503"]), "200", good),
        }),
    )
}

fn form(properties: &Value, required: &[&str]) -> Value {
    let mut schema = json!({
        "type": "object",
        "properties": {
            "client_id": { "type": "string" },
            "client_secret": { "type": "string", "description": "client_secret_post." },
            "client_assertion_type": { "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" },
            "client_assertion": { "type": "string", "description": "private_key_jwt (RFC 7523)." },
        },
        "required": required,
    });
    for (name, property) in properties.as_object().into_iter().flatten() {
        schema["properties"][name] = property.clone();
    }
    json!({ "required": true, "content": { "application/x-www-form-urlencoded": { "schema": schema } } })
}

fn token() -> Operation {
    let reply = json!({
        "type": "object",
        "properties": {
            "access_token": { "type": "string", "description": "A JWT of RFC 9068." },
            "token_type": { "const": "Bearer" },
            "expires_in": { "type": "integer", "description": "In seconds." },
            "scope": { "type": "string" },
        },
        "required": ["access_token", "token_type", "expires_in"],
    });
    let properties = json!({
        "grant_type": { "const": "client_credentials" },
        "scope": { "type": "string", "description": "Names with spaces between; all of the client's, if absent." },
    });
    operation(
        "post",
        "/oauth/token",
        json!({
            "operationId": "token",
            "tags": ["OAuth 2.0"],
            "summary": "An access token for an OAuth client (RFC 6749 §4.4)",
            "security": [{ "client": [] }, {}],
            "requestBody": form(&properties, &["grant_type"]),
            "responses": with(oauth_errors(), "200", json_reply("The token.", &reply)),
        }),
    )
}

fn introspect() -> Operation {
    let reply = json!({
        "type": "object",
        "properties": {
            "active": { "type": "boolean" },
            "client_id": { "type": "string" },
            "sub": { "type": "string" },
            "iss": { "type": "string" },
            "aud": { "type": "string" },
            "scope": { "type": "string" },
            "token_type": { "const": "Bearer" },
            "iat": { "type": "integer", "description": "In seconds since 1970." },
            "exp": { "type": "integer", "description": "In seconds since 1970." },
            "jti": { "type": "string" },
        },
        "required": ["active"],
    });
    operation(
        "post",
        "/oauth/introspect",
        json!({
            "operationId": "introspect",
            "tags": ["OAuth 2.0"],
            "summary": "What a token or an API key is worth (RFC 7662)",
            "description": "For credentials with the scope tokens:introspect.",
            "security": [{ "client": [] }, { "apiKey": [] }, { "bearer": [] }, {}],
            "requestBody": form(&json!({ "token": { "type": "string" } }), &["token"]),
            "responses": with(oauth_errors(), "200", json_reply("What it is worth.", &reply)),
        }),
    )
}

fn revoke() -> Operation {
    let done =
        json_reply("The token is worth nothing from now on, or never was the client's.", &json!({ "type": "object" }));
    operation(
        "post",
        "/oauth/revoke",
        json!({
            "operationId": "revoke",
            "tags": ["OAuth 2.0"],
            "summary": "Ends an access token (RFC 7009)",
            "security": [{ "client": [] }, {}],
            "requestBody": form(&json!({ "token": { "type": "string" } }), &["token"]),
            "responses": with(oauth_errors(), "200", done),
        }),
    )
}

fn metadata() -> [Operation; 3] {
    let object = |meaning: &str| json_reply(meaning, &json!({ "type": "object" }));
    [
        ("oauth-authorization-server", "The metadata of the server (RFC 8414)"),
        ("oauth-protected-resource", "The metadata of Latchkey's own API (RFC 9728)"),
        ("jwks.json", "The keys that check a token's signature (RFC 7517)"),
    ]
    .map(|(name, summary)| {
        operation(
            "get",
            &format!("/.well-known/{name}"),
            json!({
                "operationId": name,
                "tags": ["OAuth 2.0"],
                "summary": summary,
                "security": [],
                "responses": { "200": object(summary) },
            }),
        )
    })
}

fn description() -> Operation {
    operation(
        "get",
        "/api/openapi.json",
        json!({
            "operationId": "openapi",
            "tags": ["OAuth 2.0"],
            "summary": "This description",
            "security": [],
            "responses": { "200": json_reply("OpenAPI 3.1.", &json!({ "type": "object" })) },
        }),
    )
}

fn live() -> Operation {
    operation("get", "/livez", health("Whether the process answers", Map::new()))
}

fn ready() -> Operation {
    operation("get", "/readyz", health("Whether the database answers too", problems(&["503"])))
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
