//! Other sites cannot act with a member's cookie.

use serde_json::json;

use crate::support::{Latchkey, latchkey::json_request};

/// Headers of a request, and whether it is accepted.
type Case<'a> = (&'a [(&'static str, &'static str)], bool);

async fn check(public_url: Option<&str>, cases: &[Case<'_>]) {
    let latchkey = Latchkey::start_with(public_url, "").await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (headers, let_in) in cases {
        let arguments = json!({ "kind": "api_key", "name": "WMS" });
        let mut request = json_request("/api/access-keys/create", Some(&ana.cookie), &arguments);
        for (name, value) in *headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let answer = latchkey.send(request).await;
        if *let_in {
            answer.is(200);
        } else {
            answer.must_be_problem(403, "cross-site");
        }
    }
    let keys = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    let let_in = cases.iter().filter(|(_, let_in)| *let_in).count();
    assert_eq!(keys["keys"].as_array().unwrap().len(), let_in, "a refused request changes nothing");
}

#[tokio::test]
async fn requests_of_own_pages_are_accepted_and_those_of_others_are_not() {
    let public_url = Some("https://keys.example.com");
    let cases: &[Case<'_>] = &[
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "same-origin"), ("origin", "https://keys.example.com")], true),
        (&[("sec-fetch-site", "same-site"), ("origin", "https://keys.example.com")], false),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "none")], false),
        (&[("origin", "https://keys.example.com")], true),
        (&[("origin", "https://evil.example"), ("host", "evil.example")], false),
        (&[("origin", "http://keys.example.com")], false),
        (&[("origin", "null")], false),
        (&[], true),
    ];
    check(public_url, cases).await;
}

#[tokio::test]
async fn without_a_public_url_the_requests_host_counts() {
    let cases: &[Case<'_>] = &[
        (&[("origin", "http://192.168.1.5:3000"), ("host", "192.168.1.5:3000")], true),
        (&[("origin", "http://evil.example"), ("host", "192.168.1.5:3000")], false),
        (&[("origin", "http://192.168.1.5"), ("host", "192.168.1.5:3000")], false),
    ];
    check(None, cases).await;
}

#[tokio::test]
async fn a_form_without_either_header_is_refused() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let mut request = json_request("/api/sign-out", Some(&ana.cookie), &json!({}));
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        latchkey.send(request).await.must_be_problem(415, "unsupported-media-type");
    }
    ana.call("/api/session", json!({})).await.is(200);
}
