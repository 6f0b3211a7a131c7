//! The protocol of server functions: JSON both ways, problem details (RFC 9457) for errors.

use std::{future::Future, ops::Deref};

use http::Method;
use latchkey_model::problem::{Field, Problem, ProblemKind};
use send_wrapper::SendWrapper;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use server_fn::{Bytes, Protocol, client::Client, request::Req, response::TryRes, server::Server};

use crate::browser::http::post_json;

const JSON: &str = "application/json";
/// The maximum number of characters of a path in a problem.
const LONGEST_PATH: usize = 100;

/// The protocol of every server function: `POST`, JSON in, JSON or a [`Problem`] out.
///
/// A server function has one parameter, its request, and the body is that request. The `#[server]` macro wraps the parameter in a
/// struct, which would make the parameter's name part of the body; it also implements `From` and `Deref` for that struct, through
/// which this protocol reads and writes the request alone.
///
/// The body is `application/json`, or empty, which means `{}`. A problem says which member is wrong and never quotes its value,
/// which may be a password. The server sets the HTTP status of a [`Problem`] when it sends the reply.
pub struct Json;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, Problem> for Json
where
    Input: Deref<Target: Serialize + DeserializeOwned + Send + Sized> + From<Input::Target> + Send,
    Output: Serialize + DeserializeOwned + Send,
    C: Client<Problem>,
    S: Server<Problem>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: S::Request, server_fn: F) -> Result<S::Response, Problem>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Problem>> + Send,
    {
        let is_json = Req::<Problem>::to_content_type(&request).is_some_and(|content_type| is_json(&content_type));
        let body = Req::<Problem>::try_into_bytes(request).await?;
        let output = server_fn(request_in::<Input::Target>(is_json, &body)?.into()).await?;
        let body = serde_json::to_vec(&output).map_err(|_| Problem::new(ProblemKind::Internal))?;
        S::Response::try_from_bytes(JSON, Bytes::from(body))
    }

    async fn run_client(path: &str, input: Input) -> Result<Output, Problem> {
        let body = serde_json::to_string(&*input).map_err(|_| Problem::new(ProblemKind::Internal))?;
        let answer = SendWrapper::new(post_json(path, &body)).await.map_err(|_| unreachable())?;
        reply(answer.status, answer.body)
    }
}

fn unreachable() -> Problem {
    Problem::new(ProblemKind::Unreachable)
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(JSON)
}

fn request_in<T: DeserializeOwned>(is_json: bool, body: &[u8]) -> Result<T, Problem> {
    match body {
        [] => parse(b"{}"),
        _ if is_json => parse(body),
        _ => Err(Problem::new(ProblemKind::UnsupportedMediaType)),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = str::from_utf8(body).map_err(|_| malformed("The body is not UTF-8."))?;
    if let Err(error) = serde_json::from_str::<IgnoredAny>(body) {
        let (line, column) = (error.line(), error.column());
        return Err(malformed(&format!("The body is not JSON (line {line}, column {column}).")));
    }
    // Serde also accepts an array of a struct's fields in order.
    if !body.trim_start().starts_with('{') {
        return Err(malformed("The body is not a JSON object."));
    }
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(body)).map_err(|error| refused(&error))
}

fn malformed(detail: &str) -> Problem {
    Problem::with_detail(ProblemKind::MalformedRequest, detail)
}

/// Names the field that is wrong. Of serde's messages only a field's name is repeated: the rest may quote a value.
fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let message = error.inner().to_string();
    let mut path: Vec<String> = error.path().iter().map(ToString::to_string).collect();
    let what = match message.split('`').collect::<Vec<_>>()[..] {
        ["missing field ", name, ..] => {
            path.push(name.to_owned());
            "is missing"
        }
        ["duplicate field ", name, ..] => {
            path.push(name.to_owned());
            "occurs twice"
        }
        ["unknown field ", ..] => "is not known",
        _ => "has the wrong type or format",
    };
    let field = joined(&path);
    let detail = format!("The field `{field}` {what}.");
    Problem::at_field(Field::at(field), detail)
}

/// Joins the segments of a path, `[2]` without a dot before it, and shortens a path that is longer than any of ours.
fn joined(path: &[String]) -> String {
    path.join(".").replace(".[", "[").chars().take(LONGEST_PATH).collect()
}

fn reply<'de, Output: Deserialize<'de>>(status: u16, body: impl Deserializer<'de>) -> Result<Output, Problem> {
    if (200..300).contains(&status) {
        Output::deserialize(body).map_err(|_| not_ours(status))
    } else {
        Err(refusal(status, body))
    }
}

fn refusal<'de>(status: u16, body: impl Deserializer<'de>) -> Problem {
    Problem::deserialize(body).unwrap_or_else(|_| not_ours(status))
}

/// The reply is not from Latchkey, but most likely from a proxy in front of it.
fn not_ours(status: u16) -> Problem {
    let detail = format!("Latchkey could not be reached: something else answered, with status {status}.");
    Problem::with_detail(ProblemKind::Unreachable, detail)
}

#[cfg(test)]
mod tests {
    use latchkey_model::{access_key::CreateAccessKey, session::Done};
    use serde_json::Value;

    use super::*;

    #[test]
    fn parameters_of_the_content_type_do_not_matter() {
        assert!(is_json("application/json"));
        assert!(is_json("Application/JSON; charset=utf-8"));
        assert!(!is_json("application/jsonp"));
        assert!(!is_json("text/plain; application/json"));
    }

    #[test]
    fn an_empty_body_is_an_empty_request() {
        assert_eq!(request_in::<Done>(false, b"").unwrap(), Done {});
    }

    #[test]
    fn a_body_of_another_type_is_refused() {
        let problem = request_in::<Value>(false, b"{}").unwrap_err();
        assert_eq!(problem.kind, ProblemKind::UnsupportedMediaType);
    }

    #[test]
    fn a_problem_names_the_field() {
        for (body, field, detail) in [
            (r#"{"kind":"api_key"}"#, "name", "The field `name` is missing."),
            (r#"{"kind":"api_key","nam":"x"}"#, "nam", "The field `nam` is not known."),
            (r#"{"kind":"api_key","kind":"api_key"}"#, "kind", "The field `kind` occurs twice."),
            (r#"{"kind":1}"#, "kind", "The field `kind` has the wrong type or format."),
            (r#"{"scopes":["a",1]}"#, "scopes[1]", "The field `scopes[1]` has the wrong type or format."),
            (
                r#"{"public_key":{"kty":1}}"#,
                "public_key.kty",
                "The field `public_key.kty` has the wrong type or format.",
            ),
        ] {
            let problem = request_in::<CreateAccessKey>(true, body.as_bytes()).unwrap_err();
            let expected = (ProblemKind::InvalidField, Some(Field::at(field.to_owned())), detail);
            assert_eq!((problem.kind, problem.field, &*problem.detail), expected, "{body}");
        }
    }

    #[test]
    fn a_body_that_is_not_an_object_is_malformed() {
        for body in ["", "[\"api_key\",\"x\"]", "null", "\"x\"", "{", "{} {}"] {
            let problem = request_in::<CreateAccessKey>(true, format!(" {body}").as_bytes()).unwrap_err();
            assert_eq!((problem.kind, problem.field), (ProblemKind::MalformedRequest, None), "{body}");
        }
    }

    #[test]
    fn a_value_is_not_repeated() {
        for body in
            [r#"{"kind":"hunter2","name":"x"}"#, r#"{"kind":"api_key","name":["hunter2"]}"#, r#""hunter2""#, "hunter2"]
        {
            let problem = request_in::<CreateAccessKey>(true, body.as_bytes()).unwrap_err();
            assert!(!serde_json::to_string(&problem).unwrap().contains("hunter2"), "{}", problem.detail);
        }
    }

    #[test]
    fn a_long_name_of_a_field_is_shortened() {
        let body = format!("{{\"{}\":1}}", "x".repeat(5000));
        let problem = request_in::<CreateAccessKey>(true, body.as_bytes()).unwrap_err();
        assert_eq!(problem.field, Some(Field::at("x".repeat(100))));
    }

    #[test]
    fn an_error_that_is_not_ours_is_told_as_unreachable() {
        let problem = read(502, "<html>Bad Gateway</html>").unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Unreachable);
        let ours = serde_json::to_string(&Problem::new(ProblemKind::NotSignedIn)).unwrap();
        assert_eq!(read(401, &ours).unwrap_err().kind, ProblemKind::NotSignedIn);
    }

    fn read(status: u16, body: &str) -> Result<Done, Problem> {
        reply(status, &mut serde_json::Deserializer::from_str(body))
    }
}
