#!/usr/bin/env bash
# test-rust.sh FOLDER: runs the Rust tests with nextest if it is installed, and with cargo otherwise, and writes their report
# to the folder as rust.xml or rust.txt. Without LATCHKEY_TEST_POSTGRES (see with-postgres.sh) the PostgreSQL tests are skipped.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

reports=$1

if have cargo-nextest; then
  outcome=0
  cargo nextest run "${native[@]}" --profile ci || outcome=$?
  cp "$target_dir/nextest/ci/junit.xml" "$reports/rust.xml"
  exit "$outcome"
fi
cargo test "${native[@]}" --no-fail-fast 2>&1 | tee "$reports/rust.txt"
