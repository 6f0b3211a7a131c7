#!/usr/bin/env bash
# Makes the console's files, in the target folder's site/, as small as they get: docs/console-size.md.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

# The standard library is built for this program alone: for size, and so that a panic is a trap that tells no words. The
# browser reports the trap as an error; nobody would see the words. The stable compiler knows this, but calls it unstable.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none"
cargo leptos build --release --split --precompress --frontend-only \
  --lib-cargo-args=-Zbuild-std=std,panic_abort --lib-cargo-args=-Zbuild-std-features=optimize_for_size
