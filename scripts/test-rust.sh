#!/usr/bin/env bash
# test-rust.sh FOLDER: runs the Rust tests by nextest, if it is installed, else by cargo, and leaves their report in the
# folder as rust.xml or rust.txt. Without LATCHKEY_TEST_POSTGRES (see with-postgres.sh) the storage suite fails.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

reports=$1

# The WASM crate is built for its own target only: here its features would be mixed with the server's.
native=(--workspace --exclude frontend)

if have cargo-nextest; then
  outcome=0
  cargo nextest run "${native[@]}" --profile ci || outcome=$?
  cp "$target_dir/nextest/ci/junit.xml" "$reports/rust.xml"
  exit "$outcome"
fi
cargo test "${native[@]}" --no-fail-fast 2>&1 | tee "$reports/rust.txt"
