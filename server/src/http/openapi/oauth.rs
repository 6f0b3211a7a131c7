use serde_json::{Map, Value, json};

use super::{
    operation::{Operation, problems},
    schemas::{json_reply, object, reference, with},
};

/// Returns the calls of OAuth clients and resource servers. A test compares them with the routes.
pub(super) fn operations() -> Vec<Operation> {
    let mut operations = vec![token(), introspect(), revoke()];
    operations.push(authorize());
    operations.extend(metadata());
    operations
}

/// RFC 6749 §5.2.
pub(super) fn error() -> Value {
    json!({
        "type": "object",
        "properties": { "error": { "type": "string" }, "error_description": { "type": "string" } },
        "required": ["error", "error_description"],
    })
}

fn errors() -> Map<String, Value> {
    let mut errors: Map<String, Value> = ["400", "403", "413", "500", "503"]
        .map(|status| (status.to_owned(), reference("OAuthError")))
        .into_iter()
        .collect();
    errors.insert("401".to_owned(), reference("OAuthChallenge"));
    errors.insert("405".to_owned(), reference("OAuthMethodNotAllowed"));
    errors
}

fn form(properties: &Value, required: &[&str]) -> Value {
    let mut schema = json!({
        "type": "object",
        "properties": {
            "client_id": { "type": "string" },
            "client_secret": { "type": "string", "description": "For client_secret_post." },
            "client_assertion_type": { "const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" },
            "client_assertion": { "type": "string", "description": "For private_key_jwt (RFC 7523)." },
        },
        "required": required,
    });
    for (name, property) in properties.as_object().into_iter().flatten() {
        schema["properties"][name] = property.clone();
    }
    json!({ "required": true, "content": { "application/x-www-form-urlencoded": { "schema": schema } } })
}

fn post(path: &str, description: Value) -> Operation {
    Operation { path: path.to_owned(), method: "post", description }
}

fn token() -> Operation {
    let reply = json!({
        "type": "object",
        "properties": {
            "access_token": { "type": "string", "description": "A JWT (RFC 9068)." },
            "token_type": { "const": "Bearer" },
            "expires_in": { "type": "integer", "description": "The lifetime in seconds." },
            "scope": { "type": "string", "description": "The scopes of the token, separated by spaces; absent if it has none." },
        },
        "required": ["access_token", "token_type", "expires_in"],
    });
    let properties = json!({
        "grant_type": { "const": "client_credentials" },
        "scope": { "type": "string", "description": "Scopes, separated by spaces. Default: all scopes of the client." },
        "resource": {
            "type": "array",
            "items": { "type": "string" },
            "description": "The audience of the token, one of LATCHKEY_AUDIENCE (RFC 8707). Default: the first. It may be repeated with the same value.",
        },
    });
    post(
        "/oauth/token",
        json!({
            "operationId": "token",
            "tags": ["OAuth 2.0"],
            "summary": "Issues an access token to an OAuth client (RFC 6749 §4.4)",
            "security": [{ "client": [] }, {}],
            "requestBody": form(&properties, &["grant_type"]),
            "responses": with(errors(), "200", json_reply("The token.", &reply)),
        }),
    )
}

/// Returns the form of a request about a token.
fn about_a_token() -> Value {
    let properties = json!({
        "token": { "type": "string" },
        "token_type_hint": { "type": "string", "description": "Ignored: the type is known from the token." },
    });
    form(&properties, &["token"])
}

fn introspect() -> Operation {
    let reply = json!({
        "type": "object",
        "properties": {
            "active": { "type": "boolean" },
            "client_id": { "type": "string", "description": "The OAuth client, or the API key itself." },
            "sub": { "type": "string", "description": "Equal to client_id." },
            "iss": { "type": "string" },
            "aud": { "type": "string", "description": "Only for access tokens." },
            "scope": { "type": "string", "description": "The scopes, separated by spaces; absent if there are none." },
            "token_type": { "const": "Bearer" },
            "iat": { "type": "integer", "description": "Unix seconds." },
            "exp": { "type": "integer", "description": "Unix seconds; absent if the credential does not expire." },
            "jti": { "type": "string", "description": "Only for access tokens." },
            "latchkey_organization": { "type": "string", "description": "The ID of the organization that the credential belongs to." },
        },
        "required": ["active"],
        "if": { "properties": { "active": { "const": true } } },
        "then": { "required": ["client_id", "sub", "iss", "token_type", "iat", "latchkey_organization"] },
        "else": { "maxProperties": 1 },
    });
    post(
        "/oauth/introspect",
        json!({
            "operationId": "introspect",
            "tags": ["OAuth 2.0"],
            "summary": "Introspects a token or an API key (RFC 7662)",
            "description": "For credentials with the scope tokens:introspect.",
            "security": [{ "client": [] }, { "apiKey": [] }, { "bearer": [] }, { "oauth2": ["tokens:introspect"] }, {}],
            "requestBody": about_a_token(),
            "responses": with(errors(), "200", json_reply("The state of the token.", &reply)),
        }),
    )
}

fn revoke() -> Operation {
    let done = json_reply(
        "The token is revoked, or is not one of the client's.",
        &json!({ "type": "object", "maxProperties": 0 }),
    );
    post(
        "/oauth/revoke",
        json!({
            "operationId": "revoke",
            "tags": ["OAuth 2.0"],
            "summary": "Revokes an access token (RFC 7009)",
            "security": [{ "client": [] }, {}],
            "requestBody": about_a_token(),
            "responses": with(errors(), "200", done),
        }),
    )
}

/// Returns the description of a page rather than a call: clients require its address in the metadata.
fn authorize() -> Operation {
    let page = json!({ "description": "The page.", "content": { "text/html": { "schema": { "type": "string" } } } });
    Operation {
        path: "/oauth/authorize".to_owned(),
        method: "get",
        description: json!({
            "operationId": "authorize",
            "tags": ["OAuth 2.0"],
            "summary": "A page that says that tokens are issued to machines only",
            "description": "Some clients require an authorization_endpoint in the metadata. No grant uses it.",
            "security": [],
            "responses": with(problems(&["405"]), "200", page),
        }),
    }
}

fn metadata() -> [Operation; 4] {
    [
        ("oauth-authorization-server", "The metadata of the server (RFC 8414)", authorization_server()),
        ("openid-configuration", "The same metadata, at the path of OpenID Connect", authorization_server()),
        ("oauth-protected-resource", "The metadata of Latchkey's own API (RFC 9728)", protected_resource()),
        ("jwks.json", "The keys that verify a token's signature (RFC 7517)", key_set()),
    ]
    .map(|(name, summary, schema)| {
        let mut description = json!({
            "operationId": name,
            "tags": ["OAuth 2.0"],
            "summary": summary,
            "security": [],
            "responses": with(problems(&["405"]), "200", json_reply(summary, &schema)),
        });
        if name == "oauth-protected-resource" {
            description["parameters"] = json!([{
                "name": "resource",
                "in": "query",
                "description": "One of LATCHKEY_AUDIENCE that is a URL. Default: the first. The path of the resource may also be appended to this path.",
                "schema": { "type": "string" },
            }]);
            description["responses"]["404"] = reference("Problem");
        }
        Operation { path: format!("/.well-known/{name}"), method: "get", description }
    })
}

fn names() -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
}

fn url() -> Value {
    json!({ "type": "string", "format": "uri" })
}

fn authorization_server() -> Value {
    let mut members = vec![
        ("issuer".to_owned(), url()),
        ("authorization_endpoint".to_owned(), url()),
        ("jwks_uri".to_owned(), url()),
        ("grant_types_supported".to_owned(), names()),
        ("response_types_supported".to_owned(), names()),
    ];
    for endpoint in ["token", "introspection", "revocation"] {
        members.push((format!("{endpoint}_endpoint"), url()));
        members.push((format!("{endpoint}_endpoint_auth_methods_supported"), names()));
        members.push((format!("{endpoint}_endpoint_auth_signing_alg_values_supported"), names()));
    }
    object(members)
}

fn protected_resource() -> Value {
    object([
        ("resource".to_owned(), url()),
        ("authorization_servers".to_owned(), names()),
        ("bearer_methods_supported".to_owned(), names()),
        ("resource_name".to_owned(), json!({ "type": "string" })),
    ])
}

/// Returns the schema of the key set, with one key for each algorithm that is in use, or that is being introduced or
/// retired.
fn key_set() -> Value {
    let text = || json!({ "type": "string" });
    let key = json!({
        "type": "object",
        "properties": {
            "kty": { "enum": ["EC", "OKP", "RSA"] },
            "kid": text(),
            "use": { "const": "sig" },
            "alg": { "enum": ["ES256", "EdDSA", "RS256"] },
            "crv": text(),
            "x": text(),
            "y": text(),
            "n": text(),
            "e": text(),
        },
        "required": ["kty", "kid", "use", "alg"],
        "additionalProperties": false,
    });
    object([("keys".to_owned(), json!({ "type": "array", "items": key }))])
}
