//! Serves the files of the site.

use axum::{
    body::Bytes,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use latchkey_model::problem::ProblemKind;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::{problem_response::ProblemResponse, site::has_content_hash};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// All encodings, the best first.
    const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// Returns whether the client accepts the encoding (RFC 9110 §12.5.3). The uncompressed file is always the last
    /// choice.
    fn is_accepted(self, headers: &HeaderMap) -> bool {
        let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut codings = values.flat_map(|value| value.split(',')).map(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            (name.trim(), weight.unwrap_or(1.0_f32))
        });
        self == Self::Identity || codings.any(|(name, weight)| name.eq_ignore_ascii_case(self.name()) && weight > 0.0)
    }
}

/// Answers with a file of the site, or with 404.
pub(super) async fn answer<S: RustEmbed>(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    file::<S>(path, request.headers()).unwrap_or_else(|| ProblemResponse::from(ProblemKind::NotFound).into_response())
}

/// Returns a file of the site in the best encoding that the client accepts. The compressed files have no URLs.
pub(super) fn file<S: RustEmbed>(path: &str, headers: &HeaderMap) -> Option<Response> {
    let climbs = path.split('/').any(|segment| segment == "..");
    if path.is_empty() || climbs || matches!(extension(path), Some("br" | "gz")) {
        return None;
    }
    let mut accepted = Encoding::ALL.into_iter().filter(|encoding| encoding.is_accepted(headers));
    let found = accepted.find_map(|encoding| Some((encoding, S::get(&format!("{path}{}", encoding.suffix()))?)));
    found.map(|(encoding, file)| response(path, encoding, file))
}

fn response(path: &str, encoding: Encoding, file: EmbeddedFile) -> Response {
    let body: Bytes = match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let cache = if has_content_hash(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoding != Encoding::Identity {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

fn extension(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, extension)| extension)
}

/// Returns the content type of a file. A browser compiles WASM while it loads only if the type says so.
fn content_type(path: &str) -> &'static str {
    match extension(path) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(accepted: &'static str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        Encoding::ALL.into_iter().find(|encoding| encoding.is_accepted(&headers)).unwrap()
    }

    #[test]
    fn the_smallest_accepted_encoding_is_chosen() {
        assert_eq!(best("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(best("gzip, deflate"), Encoding::Gzip);
        assert_eq!(best("BR;q=0, GZIP;q=0.5"), Encoding::Gzip);
        assert_eq!(best("identity"), Encoding::Identity);
        assert_eq!(best(""), Encoding::Identity);
    }
}
