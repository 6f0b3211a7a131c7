use latchkey_model::{problem::Problem, scope::BuiltInScope};
use schemars::{SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use super::{oauth, operation::Operation, schemas, server_functions, verification};

/// The groups of calls, in the order in which they are shown.
const TAGS: [(&str, &str); 6] = [
    (
        "Access keys",
        "What the console's page of access keys does. A credential with the scope access-keys:manage can call these with a bearer token instead of a session (except validate).",
    ),
    ("Scopes", "What keys are allowed to do."),
    ("Members", "Who may sign in."),
    ("Sessions", "Signing in and out. The session is a cookie."),
    ("Credentials", "Verification of presented credentials, and health checks."),
    ("OAuth 2.0", "Tokens and metadata. Errors have the format of RFC 6749."),
];

/// Returns the description of a server that is reached at `issuer`, and whose session cookie has the given name.
pub(crate) fn description(issuer: &str, session_cookie: &str) -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .with_transform(RecursiveTransform(schemas::name_choices))
        .into_generator();
    let problem = schemas.subschema_for::<Problem>();
    let mut paths = Map::new();
    for Operation { path, method, mut description } in operations(&mut schemas) {
        description["responses"]["431"] = schemas::reference("HeadTooLarge");
        paths.entry(path).or_insert_with(|| json!({}))[method] = description;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access keys for any API.",
            "description": "A script can make every call that the console makes. Timestamps are Unix milliseconds, except where an RFC requires seconds.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": issuer }],
        "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "securitySchemes": security_schemes(issuer, session_cookie),
            "responses": schemas::responses(&problem.to_value(), &oauth::error()),
        },
    })
}

fn operations(schemas: &mut SchemaGenerator) -> Vec<Operation> {
    let mut operations = server_functions::operations(schemas);
    operations.extend(verification::operations());
    operations.extend(oauth::operations());
    operations
}

fn security_schemes(issuer: &str, session_cookie: &str) -> Value {
    let built_in: Map<String, Value> =
        BuiltInScope::ALL.iter().map(|scope| (scope.as_str().to_owned(), json!(scope.description()))).collect();
    json!({
        "session": { "type": "apiKey", "in": "cookie", "name": session_cookie, "description": "The session cookie that sign-in sets." },
        "bearer": { "type": "http", "scheme": "bearer", "description": "An API key or an access token." },
        "apiKey": { "type": "http", "scheme": "basic", "description": "An API key as the user name, with an empty password." },
        "client": { "type": "http", "scheme": "basic", "description": "An OAuth client's ID and secret. Both may be sent in the body instead, or a client_assertion." },
        "oauth2": {
            "type": "oauth2",
            "flows": { "clientCredentials": { "tokenUrl": format!("{issuer}/oauth/token"), "scopes": built_in } },
        },
    })
}
