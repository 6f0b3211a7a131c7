# shellcheck shell=bash disable=SC2034
# The tools that set-up installs, by exact version. wasm-bindgen is absent: its version is that of Cargo.lock.
CARGO_LEPTOS_VERSION=0.3.11
CARGO_DENY_VERSION=0.20.2
BINARYEN_VERSION=132.0.0
HTTPIE_VERSION=3.2.4
PYJWT_VERSION=2.15.1
AUTHLIB_VERSION=1.9.9
REQUESTS_OAUTHLIB_VERSION=2.0.0
