//! What pages of other origins may read (CORS: Fetch Standard §3.2). Cookies never count there:
//! `Access-Control-Allow-Credentials` is not sent.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::settings::Origin;

/// For how long a browser may remember what a preflight was answered, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("3600");

/// Which pages may read the answer to a request.
pub(super) enum Sharing {
    /// Those of Latchkey's own origin.
    Private,
    /// All: the metadata and the keys hold no secret, and no request for them is made in anybody's name.
    Public,
    /// Those of the origins that the operator has named. Holds the request's origin, if it is one of them.
    ByOrigin(Option<HeaderValue>),
}

impl Sharing {
    pub(super) fn of(request: &Request, named: &[Origin]) -> Self {
        match request.uri().path() {
            path if path.starts_with("/.well-known/") => Self::Public,
            "/oauth/token" | "/oauth/revoke" if !named.is_empty() => {
                // Of two origins, neither is known to be the page's.
                let mut origins = request.headers().get_all(header::ORIGIN).iter();
                let (origin, another) = (origins.next(), origins.next());
                let origin = origin.filter(|_| another.is_none());
                Self::ByOrigin(origin.filter(|origin| named.iter().any(|named| named == *origin)).cloned())
            }
            _ => Self::Private,
        }
    }

    /// The answer to a preflight, if the request is one that is granted. It never carries credentials (§3.2.2), so it is
    /// answered before any is looked for.
    pub(super) fn preflight(&self, request: &Request) -> Option<Response> {
        let (methods, fields) = match self {
            Self::Public => ("GET, HEAD", "*"),
            // The wildcard does not stand for Authorization (§3.2.3).
            Self::ByOrigin(Some(_)) => ("POST", "Authorization, Content-Type, *"),
            Self::Private | Self::ByOrigin(None) => return None,
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

    /// Says on an answer who may read it. That is on errors as well: without it a page cannot tell a wrong secret from a
    /// broken connection.
    pub(super) fn set(self, headers: &mut HeaderMap) {
        match self {
            Self::Private => {}
            Self::Public => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            }
            Self::ByOrigin(origin) => {
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
