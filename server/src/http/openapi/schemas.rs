use schemars::Schema;
use serde_json::{Map, Value, json};

/// Returns a reference to a response in `components`.
pub(super) fn reference(response: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{response}") })
}

/// Returns the responses, and one more.
pub(super) fn with(mut responses: Map<String, Value>, status: &str, response: Value) -> Value {
    responses.insert(status.to_owned(), response);
    responses.into()
}

/// Returns a response in JSON.
pub(super) fn json_reply(meaning: &str, schema: &Value) -> Value {
    json!({ "description": meaning, "content": { "application/json": { "schema": schema } } })
}

/// Returns the schema of an object that has all of these members.
pub(super) fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let properties: Map<String, Value> = members.into_iter().collect();
    let required: Vec<&String> = properties.keys().collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Returns the refusals that many calls share, each as a problem (RFC 9457) and as an OAuth error (RFC 6749 §5.2).
pub(super) fn responses(problem: &Value, oauth_error: &Value) -> Value {
    let as_problem = json!({ "application/problem+json": { "schema": problem } });
    let as_oauth_error = json!({ "application/json": { "schema": oauth_error } });
    let header = |name: &str, meaning: &str| {
        let header = json!({ "required": true, "description": meaning, "schema": { "type": "string" } });
        Map::from_iter([(name.to_owned(), header)])
    };
    let challenge = header("WWW-Authenticate", "How to authenticate (RFC 9110 §11.6.1).");
    let allow = header("Allow", "The methods that the path supports (RFC 9110 §10.2.1).");
    json!({
        "Problem": { "description": "A problem (RFC 9457). Its type says which one.", "content": as_problem },
        "Challenge": {
            "description": "No credential, or one that is not accepted.", "headers": challenge, "content": as_problem,
        },
        "MethodNotAllowed": {
            "description": "The path does not support this method.", "headers": allow, "content": as_problem,
        },
        "HeadTooLarge": { "description": "The head of the request is larger than 32 KiB. The response has no body." },
        "OAuthError": { "description": "An error of RFC 6749 §5.2.", "content": as_oauth_error },
        "OAuthChallenge": {
            "description": "No client credential, or one that is not accepted.", "headers": challenge, "content": as_oauth_error,
        },
        "OAuthMethodNotAllowed": {
            "description": "The path supports only POST.", "headers": allow, "content": as_oauth_error,
        },
    })
}

/// Writes an enum of texts as `enum`, which generators of clients read as one type. `schemars` writes a `oneOf` of constants, to give
/// each a description; those become part of the enum's own.
pub(super) fn name_choices(schema: &mut Schema) {
    let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { return };
    let constants: Option<Vec<(Value, String)>> = choices.iter().map(constant).collect();
    let Some(constants) = constants else { return };
    let meanings: Vec<String> = constants.iter().map(|(value, meaning)| format!("{value}: {meaning}")).collect();
    let description =
        [schema.get("description").and_then(Value::as_str).unwrap_or_default(), &meanings.join(" ")].join(" ");
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), constants.into_iter().map(|(value, _)| value).collect());
    schema.insert("description".to_owned(), json!(description.trim()));
}

/// Returns a choice that is one text, and its description.
fn constant(choice: &Value) -> Option<(Value, String)> {
    let value = choice.get("const").filter(|value| value.is_string())?;
    Some((value.clone(), choice["description"].as_str().unwrap_or_default().to_owned()))
}
