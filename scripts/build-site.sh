#!/usr/bin/env bash
# Builds the files of the console, in site/ of the target folder, as small as possible: docs/console-size.md.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

# The standard library is built for this program only: for size, and so that a panic is a trap without a message. The browser
# reports the trap as an error, and would not show the message. The stable compiler supports this, but calls it unstable.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"
cargo leptos build --release --split --precompress --frontend-only \
  --lib-cargo-args=-Zbuild-std=std,panic_abort --lib-cargo-args=-Zbuild-std-features=optimize_for_size
