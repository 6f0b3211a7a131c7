//! The description of every call, as `OpenAPI` 3.1: shapes from the model's types, and a line for each call.

mod functions;
mod machines;
mod oauth;
mod operation;
mod page;
mod schemas;

use latchkey_model::problem::Problem;
pub(crate) use page::page;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use self::operation::Operation;

/// The groups of calls, in the order in which they are told.
const TAGS: [(&str, &str); 6] = [
    (
        "Access keys",
        "What the console's page of access keys does. A credential with the scope access-keys:manage can call these with a bearer token instead of a session (except validate).",
    ),
    ("Scopes", "What keys may be used for."),
    ("Members", "Who may sign in."),
    ("Sessions", "Signing in and out. The session is a cookie."),
    ("Credentials", "What machines present credentials to."),
    ("OAuth 2.0", "Tokens and metadata. Errors are those of RFC 6749."),
];

/// All calls of a server that is reached at `issuer`, and whose sessions have a cookie of this name.
pub(crate) fn description(issuer: &str, session_cookie: &str) -> Value {
    let mut shapes = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator();
    let problem = shapes.subschema_for::<Problem>();
    let mut paths = Map::new();
    for Operation { path, method, mut description } in operations(&mut shapes) {
        description["responses"]["431"] = schemas::reference("HeadTooLarge");
        paths.entry(path).or_insert_with(|| json!({}))[method] = description;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access keys for any API.",
            "description": "Every call of the console is one that a script can make. Times are Unix milliseconds, except where an RFC requires seconds.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": issuer }],
        "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "schemas": shapes.take_definitions(true),
            "securitySchemes": security_schemes(issuer, session_cookie),
            "responses": schemas::responses(&problem.to_value(), &oauth::error()),
        },
    })
}

fn operations(shapes: &mut SchemaGenerator) -> Vec<Operation> {
    let mut operations = functions::all(shapes);
    operations.extend(machines::all());
    operations.extend(oauth::all());
    operations
}

fn security_schemes(issuer: &str, session_cookie: &str) -> Value {
    json!({
        "session": { "type": "apiKey", "in": "cookie", "name": session_cookie, "description": "What sign-in sets." },
        "bearer": { "type": "http", "scheme": "bearer", "description": "An API key, or an access token." },
        "apiKey": { "type": "http", "scheme": "basic", "description": "An API key as the user name, with an empty password." },
        "client": { "type": "http", "scheme": "basic", "description": "An OAuth client's ID and secret; both may stand in the body instead, or a client_assertion." },
        "oauth2": {
            "type": "oauth2",
            "flows": { "clientCredentials": { "tokenUrl": format!("{issuer}/oauth/token"), "scopes": {} } },
        },
    })
}
