//! What pages of other origins may read (CORS, Fetch Standard §3.2). Cookies never count there, because
//! `Access-Control-Allow-Credentials` is not sent.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::settings::Origin;

/// How long a browser may remember the response to a preflight, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Which pages of other origins may read the responses of a sub-router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum CorsPolicy {
    /// None: only pages of Latchkey's own origin.
    SameOrigin,
    /// Those of all origins.
    AnyOrigin,
    /// Those of the origins that the operator has configured.
    ConfiguredOrigins,
}

/// Which pages may read the response to one request.
pub(super) enum CorsDecision {
    /// Those of Latchkey's own origin.
    Private,
    /// Those of all origins.
    Public,
    /// Those of the request's origin, if it is one of the configured ones; otherwise none.
    Listed(Option<HeaderValue>),
}

impl CorsPolicy {
    pub(super) fn decide(self, request: &Request, configured: &[Origin]) -> CorsDecision {
        match self {
            Self::AnyOrigin => CorsDecision::Public,
            Self::ConfiguredOrigins if !configured.is_empty() => {
                // With two `Origin` headers it is not known which one is the page's, so neither counts.
                let mut origins = request.headers().get_all(header::ORIGIN).iter();
                let (origin, another) = (origins.next(), origins.next());
                let origin = origin.filter(|_| another.is_none());
                CorsDecision::Listed(
                    origin.filter(|origin| configured.iter().any(|configured| configured == *origin)).cloned(),
                )
            }
            Self::ConfiguredOrigins | Self::SameOrigin => CorsDecision::Private,
        }
    }
}

impl CorsDecision {
    /// Returns the response to a preflight request that is granted. A preflight never carries credentials (§3.2.2), so
    /// it is answered before any credential is looked for.
    pub(super) fn preflight(&self, request: &Request) -> Option<Response> {
        let (methods, fields) = match self {
            Self::Public => ("GET, HEAD", "*"),
            // The wildcard does not include Authorization (§3.2.3).
            Self::Listed(Some(_)) => ("POST", "Authorization, Content-Type, *"),
            Self::Private | Self::Listed(None) => return None,
        };
        is_preflight(request).then(|| {
            let granted = [
                (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(methods)),
                (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(fields)),
                (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
            ];
            (StatusCode::NO_CONTENT, granted).into_response()
        })
    }

    /// Adds to a response who may read it. Errors have these headers, too: without them a page cannot distinguish a
    /// wrong secret from a broken connection.
    pub(super) fn set(self, headers: &mut HeaderMap) {
        match self {
            Self::Private => {}
            Self::Public => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            }
            Self::Listed(origin) => {
                headers.append(header::VARY, HeaderValue::from_static("Origin"));
                if let Some(origin) = origin {
                    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                    let readable = HeaderValue::from_static("WWW-Authenticate, Retry-After");
                    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
                }
            }
        }
    }
}

fn is_preflight(request: &Request) -> bool {
    let has = |name| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && has(header::ORIGIN) && has(header::ACCESS_CONTROL_REQUEST_METHOD)
}
