//! Handles `GET /oauth/authorize`, an address that metadata has to name (RFC 8414 §2) although no grant here uses it.

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use latchkey_app::shell::SiteFiles;
use maud::{DOCTYPE, html};
use rust_embed::RustEmbed;

use crate::http::site::site_files;

/// Allows no script and no form. Nothing of the query is shown, and no redirect follows it.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     object-src 'none'",
);

/// Tells a person whom an application has sent here that applications cannot sign people in. There is no redirect,
/// because no client here has a redirect URI.
pub(super) async fn page<S: RustEmbed>() -> Response {
    let mut response = Html(text(&site_files::<S>())).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

fn text(files: &SiteFiles) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { "Machines only · Latchkey" }
                link rel="stylesheet" href=(files.stylesheet);
                link rel="icon" type="image/svg+xml" href="/favicon.svg";
            }
            body {
                main.reference {
                    h1 { "This server issues tokens to machines only" }
                    p.lede {
                        "An application has sent you here to sign in. Latchkey does not sign people in to applications,\
                         so there is "
                        "nothing to do on this page."
                    }
                    p {
                        "If you set up the application: choose the grant " code { "client_credentials" }
                        ", with the ID and the secret of an OAuth client. The " a href="/docs/api" { "API reference" }
                        " has the details."
                    }
                }
            }
        }
    }
    .into_string()
}
