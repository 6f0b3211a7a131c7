//! The protocol of server functions: JSON both ways, problem details (RFC 9457) for errors.

use std::future::Future;

use http::Method;
use latchkey_model::problem::{Problem, ProblemKind};
use send_wrapper::SendWrapper;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use server_fn::{Bytes, Protocol, client::Client, request::Req, response::TryRes, server::Server};

use crate::browser::http::post_json;

const JSON: &str = "application/json";

/// The protocol of every server function: `POST`, JSON in, JSON or a [`Problem`] out.
///
/// The stock protocol checks no content type and has another format for every failure. This one accepts `application/json`, or an
/// empty body, which means `{}`. It reports where a body is wrong, but never quotes it: it may contain a password. The server sets
/// the HTTP status of a [`Problem`] when it sends the reply.
pub struct Json;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, Problem> for Json
where
    Input: Serialize + DeserializeOwned + Send,
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
        let output = server_fn(arguments(is_json, &body)?).await?;
        let body = serde_json::to_vec(&output).map_err(|_| Problem::new(ProblemKind::Internal))?;
        S::Response::try_from_bytes(JSON, Bytes::from(body))
    }

    async fn run_client(path: &str, input: Input) -> Result<Output, Problem> {
        let body = serde_json::to_string(&input).map_err(|_| Problem::new(ProblemKind::Internal))?;
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

fn arguments<Input: DeserializeOwned>(is_json: bool, body: &[u8]) -> Result<Input, Problem> {
    match body {
        [] => serde_json::from_slice(b"{}").map_err(|error| malformed(&error)),
        _ if is_json => serde_json::from_slice(body).map_err(|error| malformed(&error)),
        _ => Err(Problem::new(ProblemKind::UnsupportedMediaType)),
    }
}

/// Reports where the body is wrong. Of serde's messages only the name of a missing field is repeated: the others may quote the body.
fn malformed(error: &serde_json::Error) -> Problem {
    let words = error.to_string();
    let what = match words.split('`').nth(1) {
        Some(field) if words.starts_with("missing field `") => format!("The field `{field}` is missing"),
        _ if error.is_data() => "The body is JSON, but not of the shape that this call takes".to_owned(),
        _ => "The body is not JSON".to_owned(),
    };
    let detail = format!("{what} (line {}, column {}).", error.line(), error.column());
    Problem::with_detail(ProblemKind::MalformedRequest, detail)
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
    fn nothing_stands_for_no_arguments() {
        assert_eq!(arguments::<Done>(false, b"").unwrap(), Done {});
    }

    #[test]
    fn a_body_of_another_type_is_refused() {
        let problem = arguments::<Value>(false, b"{}").unwrap_err();
        assert_eq!(problem.kind, ProblemKind::UnsupportedMediaType);
    }

    #[test]
    fn a_missing_field_is_named() {
        let problem = arguments::<CreateAccessKey>(true, br#"{"kind":"api_key"}"#).unwrap_err();
        assert_eq!(problem.detail, "The field `name` is missing (line 1, column 18).");
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        for body in
            [r#"{"kind":"hunter2","name":"x"}"#, r#"{"kind":"api_key","name":["hunter2"]}"#, r#""hunter2""#, "hunter2"]
        {
            let problem = arguments::<CreateAccessKey>(true, body.as_bytes()).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::MalformedRequest);
            assert!(!problem.detail.contains("hunter2"), "{}", problem.detail);
        }
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
