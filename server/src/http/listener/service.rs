use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::ConnectInfo,
    http::{
        HeaderMap, HeaderValue, Request,
        header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, EXPECT, X_CONTENT_TYPE_OPTIONS},
        request::Parts,
    },
    response::{IntoResponse, Response},
    routing::future::RouteFuture,
};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use latchkey_model::problem::{Problem, ProblemKind};
use tokio::time::{Sleep, sleep};
use tower::Service;

use super::{activity::Activity, host_header};
use crate::http::{problem_response::ProblemResponse, request_body::MAX_BODY_SIZE};

/// Answers the requests of one connection: refuses those that violate HTTP, and passes the others to the router.
pub(super) struct ConnectionService {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn call(&self, request: Request<Incoming>) -> ResponseFuture {
        let (mut head, body) = request.into_parts();
        let policy = UnreadBodyPolicy::new(&body, &head.headers);
        self.activity.begin_request(policy != UnreadBodyPolicy::Absent);
        let unread = (policy != UnreadBodyPolicy::Absent).then(Arc::<UnreadBody>::default);
        let answer = match check_head(&mut head, policy) {
            Ok(()) => {
                head.extensions.insert(ConnectInfo(self.peer));
                let body = match &unread {
                    None => Body::empty(),
                    Some(unread) => Body::new(TrackedBody {
                        body: Some(body),
                        activity: Arc::clone(&self.activity),
                        unread: Arc::clone(unread),
                    }),
                };
                // A clone costs one pointer, and the router is always ready.
                ResponseState::Routing(self.router.clone().call(Request::from_parts(head, body)))
            }
            Err(detail) => ResponseState::Refused(Some(refusal(detail))),
        };
        ResponseFuture { answer, policy, unread, activity: Arc::clone(&self.activity) }
    }
}

/// Checks what RFC 9112 requires of every request, and refuses a head that is ambiguous.
fn check_head(head: &mut Parts, policy: UnreadBodyPolicy) -> Result<(), &'static str> {
    host_header::check(head).map_err(host_header::InvalidHost::detail)?;
    if policy != UnreadBodyPolicy::Absent && head.headers.get_all(CONTENT_TYPE).iter().nth(1).is_some() {
        return Err("There is more than one Content-Type header.");
    }
    Ok(())
}

fn refusal(detail: &'static str) -> Response {
    let problem = Problem::with_detail(ProblemKind::MalformedRequest, detail);
    let headers = [
        (CONNECTION, HeaderValue::from_static("close")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, ProblemResponse::from(problem)).into_response()
}

/// What happens to the connection if the request's body has not been read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnreadBodyPolicy {
    /// The request has no body.
    Absent,
    /// The body is small: its rest is read, if it comes soon, and the connection is kept.
    DrainAndKeep,
    /// The body will not be read: the response says that the connection closes.
    Close,
}

impl UnreadBodyPolicy {
    fn new(body: &Incoming, headers: &HeaderMap) -> Self {
        if body.is_end_stream() {
            return Self::Absent;
        }
        let is_small = body.size_hint().upper().is_some_and(|length| length <= MAX_BODY_SIZE as u64);
        // A client that waits for 100 (Continue) may send the body or not (RFC 9110 §10.1.1).
        if is_small && !headers.contains_key(EXPECT) { Self::DrainAndKeep } else { Self::Close }
    }
}

/// How long a response waits for the rest of a small body that its route has not read.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// The rest of a request's body that its route has not read.
type UnreadBody = Mutex<Option<Incoming>>;

/// The future of a response.
pub(super) struct ResponseFuture {
    answer: ResponseState,
    policy: UnreadBodyPolicy,
    unread: Option<Arc<UnreadBody>>,
    activity: Arc<Activity>,
}

enum ResponseState {
    Routing(RouteFuture<Infallible>),
    Refused(Option<Response>),
    /// The response is ready, and the rest of the body is still being read.
    Draining(Option<Response>, BodyDrain),
}

impl ResponseFuture {
    /// Returns what has to be read before the response is sent, so that the next request on the connection can be read.
    fn start_drain(&self) -> Option<BodyDrain> {
        if self.policy != UnreadBodyPolicy::DrainAndKeep || !self.activity.has_unread_body() {
            return None;
        }
        let body = self.unread.as_ref()?.lock().ok()?.take()?;
        Some(BodyDrain { body, end: Box::pin(sleep(DRAIN_TIMEOUT)) })
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut response = match &mut this.answer {
            ResponseState::Routing(answer) => ready!(Pin::new(answer).poll(context))?,
            ResponseState::Refused(response) => response.take().unwrap_or_default(),
            ResponseState::Draining(response, drain) => {
                if ready!(drain.poll(context)) {
                    this.activity.mark_body_read();
                }
                response.take().unwrap_or_default()
            }
        };
        if let Some(drain) = this.start_drain() {
            this.answer = ResponseState::Draining(Some(response), drain);
            return self.poll(context);
        }
        if this.policy != UnreadBodyPolicy::Absent && this.activity.has_unread_body() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        this.activity.end_request();
        Poll::Ready(Ok(response))
    }
}

/// Reads the rest of a body and discards it. The body is known to be small.
struct BodyDrain {
    body: Incoming,
    end: Pin<Box<Sleep>>,
}

impl BodyDrain {
    /// Is ready once it is known whether the body could be read to its end.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        while !self.body.is_end_stream() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(_))) => return Poll::Ready(false),
                Poll::Ready(None) => break,
                Poll::Pending => return self.end.as_mut().poll(context).map(|()| false),
            }
        }
        Poll::Ready(true)
    }
}

/// A request's body that records when it has been read to its end. When it is dropped earlier, it leaves the rest in
/// `unread`.
struct TrackedBody {
    body: Option<Incoming>,
    activity: Arc<Activity>,
    unread: Arc<UnreadBody>,
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        if let Ok(mut unread) = self.unread.lock() {
            *unread = self.body.take();
        }
    }
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(&mut *body).poll_frame(context));
        if frame.is_none() || body.is_end_stream() {
            self.activity.mark_body_read();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}
