//! Who may do what. Every server function and every route is listed here with its responses; a new one without a case
//! fails the test.

use std::{collections::BTreeSet, fs, path::Path};

use axum::{
    body::Body,
    http::{Method, Request},
};
use latchkey_app::routes::PATHS;
use serde_json::{Value, json};

use crate::support::{Latchkey, PASSWORD, Person, latchkey::json_request};

/// An address that is invited and has not accepted.
const INVITED: &str = "cleo@example.com";

/// What the calls of a case refer to: an organization with a key, a deleted key, a member and an invitation.
pub struct World {
    key: String,
    secret: String,
    client: String,
    deleted: String,
    member: String,
}

impl World {
    /// Returns a world in the administrator's organization, in which every call can succeed.
    pub async fn of(ana: &Person<'_>) -> Self {
        let ben = ana.invite("ben@example.com", "member").await;
        let (key, secret) = ana.create("api_key", "WMS").await;
        let (client, _) = ana.create("oauth_client", "ERP").await;
        let (deleted, _) = ana.create("api_key", "old").await;
        ana.call("/api/access-keys/delete", json!({ "id": deleted, "name": "old" })).await.is(200);
        ana.call("/api/scopes/define", json!({ "name": "orders:read" })).await.is(200);
        ana.call("/api/members/invite", json!({ "email": INVITED, "role": "member" })).await.is(200);
        Self { key, secret, client, deleted, member: ben.id().await }
    }
}

/// The statuses for an anonymous caller, a member, another organization's administrator and the administrator, who
/// comes last because the call may change what it refers to.
type Statuses = [u16; 4];

/// The statuses for credentials by Bearer: one without scopes, another organization's with `access-keys:manage`, and
/// one with it. A cookie of the administrator is sent as well, and must be ignored.
type TokenStatuses = [u16; 3];

pub struct Case {
    pub path: &'static str,
    pub arguments: fn(&World) -> Value,
    statuses: Statuses,
    token_statuses: TokenStatuses,
}

/// Returns a case for a public function: a credential is ignored.
const fn public_case(path: &'static str, arguments: fn(&World) -> Value, status: u16) -> Case {
    Case { path, arguments, statuses: [status; 4], token_statuses: [status; 3] }
}

/// Returns a case for a function that accepts only sessions: no credential may call it, whatever its scopes.
const fn case(path: &'static str, arguments: fn(&World) -> Value, statuses: Statuses) -> Case {
    Case { path, arguments, statuses, token_statuses: [403; 3] }
}

/// Returns a case for a function that also accepts credentials.
const fn open_case(
    path: &'static str,
    arguments: fn(&World) -> Value,
    statuses: Statuses,
    token_statuses: TokenStatuses,
) -> Case {
    Case { path, arguments, statuses, token_statuses }
}

/// Public: the presented link is checked.
const BY_LINK: u16 = 410;
/// For every signed-in member, about themselves.
const OWN: Statuses = [401, 200, 200, 200];
/// For administrators, in their own organization.
const ADMINISTRATORS: Statuses = [401, 403, 200, 200];
/// For administrators, about something of their own organization.
const ADMINISTRATORS_OF_IT: Statuses = [401, 403, 404, 200];

/// For credentials that manage keys, in their own organization.
const MANAGERS: TokenStatuses = [403, 200, 200];
/// For credentials that manage keys, about something of their own organization.
const MANAGERS_OF_IT: TokenStatuses = [403, 404, 200];

pub const CASES: &[Case] = &[
    public_case(
        "/api/set-up",
        |_| json!({ "token": "x", "organization": "O", "email": "x@example.com", "password": PASSWORD }),
        BY_LINK,
    ),
    public_case("/api/sign-in", |_| json!({ "email": "ana@example.com", "password": "wrong" }), 401),
    case("/api/session", |_| json!({}), OWN),
    case("/api/change-password", |_| json!({ "current": "wrong", "new": PASSWORD }), [401, 422, 422, 422]),
    public_case("/api/reset-password", |_| json!({ "token": "x", "new": PASSWORD }), BY_LINK),
    public_case("/api/sign-out", |_| json!({}), 200),
    open_case("/api/access-keys/list", |_| json!({ "kind": "api_key" }), OWN, MANAGERS),
    open_case("/api/access-keys/get", |world| json!({ "id": world.key }), [401, 200, 404, 200], MANAGERS_OF_IT),
    open_case("/api/access-keys/history", |world| json!({ "id": world.key }), [401, 200, 404, 200], MANAGERS_OF_IT),
    open_case("/api/access-keys/create", |_| json!({ "kind": "api_key", "name": "new" }), ADMINISTRATORS, MANAGERS),
    open_case(
        "/api/access-keys/rename",
        |world| json!({ "id": world.key, "name": "new" }),
        ADMINISTRATORS_OF_IT,
        MANAGERS_OF_IT,
    ),
    open_case(
        "/api/access-keys/set-status",
        |world| json!({ "id": world.key, "status": "active" }),
        ADMINISTRATORS_OF_IT,
        MANAGERS_OF_IT,
    ),
    open_case(
        "/api/access-keys/set-scopes",
        |world| json!({ "id": world.key, "scopes": [] }),
        ADMINISTRATORS_OF_IT,
        MANAGERS_OF_IT,
    ),
    open_case(
        "/api/access-keys/set-token-lifetime",
        |world| json!({ "id": world.client, "token_lifetime": 60 }),
        ADMINISTRATORS_OF_IT,
        MANAGERS_OF_IT,
    ),
    open_case(
        "/api/access-keys/delete",
        |world| json!({ "id": world.key, "name": "WMS" }),
        ADMINISTRATORS_OF_IT,
        MANAGERS_OF_IT,
    ),
    open_case("/api/access-keys/restore", |world| json!({ "id": world.deleted }), ADMINISTRATORS_OF_IT, MANAGERS_OF_IT),
    // For another organization's administrator the pair is unknown.
    case("/api/access-keys/validate", |world| json!({ "id": world.key, "secret": world.secret }), ADMINISTRATORS),
    open_case("/api/scopes/list", |_| json!({}), OWN, MANAGERS),
    case("/api/scopes/define", |_| json!({ "name": "orders:write" }), ADMINISTRATORS),
    case("/api/scopes/delete", |_| json!({ "name": "orders:read" }), ADMINISTRATORS_OF_IT),
    case("/api/members/list", |_| json!({}), OWN),
    case("/api/members/list-invitations", |_| json!({}), OWN),
    case("/api/members/invite", |_| json!({ "email": "new@example.com", "role": "member" }), ADMINISTRATORS),
    case("/api/members/withdraw", |_| json!({ "email": INVITED }), ADMINISTRATORS_OF_IT),
    public_case("/api/members/invitation", |_| json!({ "token": "x" }), BY_LINK),
    public_case("/api/members/accept", |_| json!({ "token": "x", "password": PASSWORD }), BY_LINK),
    case("/api/members/set-role", |world| json!({ "id": world.member, "role": "member" }), ADMINISTRATORS_OF_IT),
    case("/api/members/recovery-link", |world| json!({ "id": world.member }), ADMINISTRATORS_OF_IT),
    case("/api/members/remove", |world| json!({ "id": world.member }), ADMINISTRATORS_OF_IT),
];

#[test]
fn every_server_function_has_a_case() {
    let known: BTreeSet<&str> = CASES.iter().map(|case| case.path).collect();
    let registered: BTreeSet<(&str, Method)> =
        server_fn::axum::server_fn_paths().collect::<Vec<_>>().into_iter().collect();
    let registered: BTreeSet<&str> = registered.into_iter().map(|(path, _)| path).collect();
    assert_eq!(registered, known);
    assert_eq!(known.len(), CASES.len(), "a case is listed twice");
}

#[tokio::test]
async fn each_server_function_answers_each_kind_of_person_as_specified() {
    for case in CASES {
        let latchkey = Latchkey::start().await;
        let ana = latchkey.administrator("ana@example.com").await;
        let eve = latchkey.administrator("eve@example.com").await;
        let world = World::of(&ana).await;
        let ben = latchkey.sign_in("ben@example.com").await;
        let callers = [None, Some(&ben), Some(&eve), Some(&ana)];
        for (caller, status) in callers.into_iter().zip(case.statuses) {
            let cookie = caller.map(|person| person.cookie.as_str());
            let answer = latchkey.send(json_request(case.path, cookie, &(case.arguments)(&world))).await;
            let who = caller.map_or("an anonymous caller", |person| &person.email);
            assert_eq!(answer.status, status, "{} for {who}: {answer:?}", case.path);
        }
    }
}

#[tokio::test]
async fn each_server_function_accepts_each_kind_of_credential_as_specified() {
    for case in CASES {
        let latchkey = Latchkey::start().await;
        let ana = latchkey.administrator("ana@example.com").await;
        let eve = latchkey.administrator("eve@example.com").await;
        let world = World::of(&ana).await;
        let (_, plain) = ana.create_active("api_key", "no scopes").await;
        let callers = [plain, eve.create_manager().await, ana.create_manager().await];
        for (credential, status) in callers.into_iter().zip(case.token_statuses) {
            let mut request = json_request(case.path, Some(&ana.cookie), &(case.arguments)(&world));
            request.headers_mut().insert("authorization", format!("Bearer {credential}").parse().unwrap());
            let answer = latchkey.send(request).await;
            assert_eq!(answer.status, status, "{} by token: {answer:?}", case.path);
        }
    }
}

#[tokio::test]
async fn a_refused_call_changes_nothing() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let ben = ana.invite("ben@example.com", "member").await;
    let (key, secret) = ana.create("api_key", "WMS").await;
    let (client, _) = ana.create("oauth_client", "ERP").await;
    ana.call("/api/members/invite", json!({ "email": INVITED, "role": "member" })).await.is(200);
    let world =
        World { key: key.clone(), secret, client: client.clone(), deleted: key.clone(), member: ben.id().await };
    let look = async || {
        let keys = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
        let details = ana.call("/api/access-keys/get", json!({ "id": key })).await.is(200).json();
        let client = ana.call("/api/access-keys/get", json!({ "id": client })).await.is(200).json();
        let scopes = ana.call("/api/scopes/list", json!({})).await.is(200).json();
        let members = ana.call("/api/members/list", json!({})).await.is(200).json();
        let invitations = ana.call("/api/members/list-invitations", json!({})).await.is(200).json();
        (keys, details, client, scopes, members, invitations)
    };
    let before = look().await;
    for case in CASES.iter().filter(|case| case.statuses == ADMINISTRATORS_OF_IT || case.statuses == ADMINISTRATORS) {
        let arguments = (case.arguments)(&world);
        latchkey.call(case.path, arguments.clone()).await.must_be_problem(401, "not-signed-in");
        ben.call(case.path, arguments.clone()).await.must_be_problem(403, "not-allowed");
        eve.call(case.path, arguments).await;
    }
    assert_eq!(look().await, before);
}

/// The other routes, with the status of an anonymous GET.
const ROUTES: &[(&str, u16)] = &[
    ("/api/v1/ping", 401),
    ("/api/v1/", 404),
    ("/api/v1/{*path}", 404),
    ("/api/openapi.json", 200),
    ("/docs/api", 200),
    ("/api/{*path}", 404),
    ("/api", 404),
    ("/api/", 404),
    ("/oauth/token", 405),
    ("/oauth/introspect", 405),
    ("/oauth/revoke", 405),
    ("/oauth/authorize", 200),
    ("/verify", 401),
    ("/verify/", 401),
    ("/verify/{*path}", 401),
    ("/.well-known/oauth-protected-resource", 200),
    ("/.well-known/oauth-protected-resource/{*path}", 404),
    ("/.well-known/openid-configuration", 200),
    ("/oauth/{*path}", 404),
    ("/.well-known/oauth-authorization-server", 200),
    ("/.well-known/jwks.json", 200),
    ("/.well-known/security.txt", 404),
    ("/.well-known/{*path}", 404),
    ("/livez", 200),
    ("/readyz", 200),
    ("/pkg/{*path}", 404),
    ("/", 302),
];

/// Returns the routes that programs call, each once: without fallbacks and pages.
pub fn machine_routes() -> impl Iterator<Item = &'static str> {
    const OTHERS: [&str; 2] = ["/verify/", "/docs/api"];
    let served = ROUTES.iter().filter(|(path, status)| !matches!(status, 302 | 404) && !path.contains("{*"));
    served.map(|(path, _)| *path).filter(|path| !OTHERS.contains(path))
}

/// The pages are the same for everyone and contain no data.
const PAGES: &[&str] =
    &["/set-up", "/sign-in", "/accept-invitation", "/reset-password", "/access-keys", "/members", "/account"];

/// Returns the source of every file below a folder.
fn sources(folder: &Path) -> String {
    let mut source = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        source += &if path.is_dir() { sources(&path) } else { fs::read_to_string(path).unwrap() };
    }
    source
}

#[test]
fn every_route_and_every_page_has_a_case() {
    let source = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/routes"));
    let declared = source.split(".route(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
    let routes: BTreeSet<&str> = declared.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(routes, ROUTES.iter().map(|(path, _)| *path).collect());
    let pages: BTreeSet<&str> = PATHS.iter().map(|(path, _)| *path).collect();
    assert_eq!(pages, PAGES.iter().copied().collect());
}

#[tokio::test]
async fn each_route_answers_anonymous_requests_as_specified() {
    let latchkey = Latchkey::start().await;
    let pages = PAGES.iter().map(|page| (*page, 200));
    for (path, status) in ROUTES.iter().copied().chain(pages) {
        let path = path.replace("{*path}", "nothing");
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let answer = latchkey.send(request).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
}
