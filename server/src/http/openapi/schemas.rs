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
    let challenge = header("WWW-Authenticate", "By what the call would be let in (RFC 9110 §11.6.1).");
    let allow = header("Allow", "The methods that the path takes (RFC 9110 §10.2.1).");
    json!({
        "Problem": { "description": "A problem (RFC 9457); its type tells which.", "content": as_problem },
        "Challenge": {
            "description": "Nobody, or nobody who is let in.", "headers": challenge, "content": as_problem,
        },
        "MethodNotAllowed": {
            "description": "The path exists, for another method.", "headers": allow, "content": as_problem,
        },
        "HeadTooLarge": { "description": "The head of the request is larger than 32 KiB. There is no body." },
        "OAuthError": { "description": "An error of RFC 6749 §5.2.", "content": as_oauth_error },
        "OAuthChallenge": {
            "description": "No client, or none that is accepted.", "headers": challenge, "content": as_oauth_error,
        },
        "OAuthMethodNotAllowed": {
            "description": "The path exists, for POST.", "headers": allow, "content": as_oauth_error,
        },
    })
}
