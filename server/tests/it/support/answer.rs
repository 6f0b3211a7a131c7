use axum::{
    body::{Bytes, to_bytes},
    http::{HeaderMap, StatusCode, header::DATE},
    response::Response,
};
use serde_json::Value;

/// A response, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let mut headers = parts.headers;
        headers.remove(DATE);
        Self { status: parts.status, headers, body: to_bytes(body, usize::MAX).await.unwrap() }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the values of a header, joined by `|`.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap());
        values.collect::<Vec<_>>().join(" | ")
    }

    /// Returns the cookie that the response sets, as the browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set_cookie = self.headers.get("set-cookie")?.to_str().unwrap();
        Some(set_cookie.split(';').next().unwrap().to_owned())
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// Checks that the response is a problem (RFC 9457) of the given kind.
    #[track_caller]
    pub fn must_be_problem(self, status: u16, kind: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["type"], format!("urn:latchkey:problem:{kind}"), "{answer:?}");
        assert_eq!(answer.json()["status"], status);
        answer
    }
}
