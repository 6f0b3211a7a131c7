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
use crate::http::{problem_response::ProblemAnswer, request_body::LARGEST_BODY};

/// Answers the requests of one connection: refuses those that break HTTP's rules, and hands the rest to the router.
pub(super) struct ConnectionService {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
}

impl hyper::service::Service<Request<Incoming>> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let (mut head, body) = request.into_parts();
        let if_unread = IfUnread::of(&body, &head.headers);
        self.activity.begin_request(if_unread != IfUnread::NoBody);
        let unread = (if_unread != IfUnread::NoBody).then(Arc::<Unread>::default);
        let answer = match check(&mut head, if_unread) {
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
                // A clone is a pointer more; the router is always ready.
                Answer::Route(self.router.clone().call(Request::from_parts(head, body)))
            }
            Err(detail) => Answer::Refused(Some(refused(detail))),
        };
        Answering { answer, if_unread, unread, activity: Arc::clone(&self.activity) }
    }
}

/// Checks what RFC 9112 asks of every request, and what would have two meanings.
fn check(head: &mut Parts, if_unread: IfUnread) -> Result<(), &'static str> {
    host_header::check(head).map_err(host_header::InvalidHost::detail)?;
    if if_unread != IfUnread::NoBody && head.headers.get_all(CONTENT_TYPE).iter().nth(1).is_some() {
        return Err("There is more than one Content-Type header.");
    }
    Ok(())
}

fn refused(detail: &'static str) -> Response {
    let problem = Problem::with_detail(ProblemKind::MalformedRequest, detail);
    let headers = [
        (CONNECTION, HeaderValue::from_static("close")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, ProblemAnswer::from(problem)).into_response()
}

/// What an answer means for the connection if the request's body has not been read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IfUnread {
    NoBody,
    /// The body is small: the rest of it is read, if it comes soon, and the connection is kept.
    TryToKeep,
    /// The body will not be read: the answer says that the connection ends.
    Close,
}

impl IfUnread {
    fn of(body: &Incoming, headers: &HeaderMap) -> Self {
        if body.is_end_stream() {
            return Self::NoBody;
        }
        let is_small = body.size_hint().upper().is_some_and(|length| length <= LARGEST_BODY as u64);
        // A client that waits for 100 (Continue) may send the body or not (RFC 9110 §10.1.1).
        if is_small && !headers.contains_key(EXPECT) { Self::TryToKeep } else { Self::Close }
    }
}

/// The longest that an answer waits for the rest of a small body that its route has not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a route has not read of a request's body.
type Unread = Mutex<Option<Incoming>>;

/// An answer under way.
pub(super) struct Answering {
    answer: Answer,
    if_unread: IfUnread,
    unread: Option<Arc<Unread>>,
    activity: Arc<Activity>,
}

enum Answer {
    Route(RouteFuture<Infallible>),
    Refused(Option<Response>),
    /// The answer is there, and the rest of the body is not.
    Draining(Option<Response>, Drain),
}

impl Answering {
    /// What has to be read before the answer is sent, so that the next request on the connection can be read.
    fn begin_drain(&self) -> Option<Drain> {
        if self.if_unread != IfUnread::TryToKeep || !self.activity.has_unread_body() {
            return None;
        }
        let body = self.unread.as_ref()?.lock().ok()?.take()?;
        Some(Drain { body, end: Box::pin(sleep(PATIENCE)) })
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut response = match &mut this.answer {
            Answer::Route(answer) => ready!(Pin::new(answer).poll(context))?,
            Answer::Refused(response) => response.take().unwrap_or_default(),
            Answer::Draining(response, drain) => {
                if ready!(drain.poll(context)) {
                    this.activity.body_is_read();
                }
                response.take().unwrap_or_default()
            }
        };
        if let Some(drain) = this.begin_drain() {
            this.answer = Answer::Draining(Some(response), drain);
            return self.poll(context);
        }
        if this.if_unread != IfUnread::NoBody && this.activity.has_unread_body() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        this.activity.end_request();
        Poll::Ready(Ok(response))
    }
}

/// Reads the rest of a body and throws it away. Its length is known to be small.
struct Drain {
    body: Incoming,
    end: Pin<Box<Sleep>>,
}

impl Drain {
    /// Whether the body has come to its end, once that is known.
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

/// A request's body that notes when it has been read to its end, and otherwise leaves what is unread.
struct TrackedBody {
    body: Option<Incoming>,
    activity: Arc<Activity>,
    unread: Arc<Unread>,
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
            self.activity.body_is_read();
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
