#!/usr/bin/env bash
# Runs every check and test. A failed step stops none after it, so that one run tells all that is wrong.
# The last line counts the tests: "N passed, N failed".
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

reports=$target_dir/test-reports
export LATCHKEY_BINARY=$target_dir/release/latchkey
failed_steps=()

# Runs a command as an "if" does: a failure inside a function does not end the function.
step() {
  local title=$1 started=$SECONDS
  shift
  say "$title"
  if "$@"; then
    say "$title: done in $((SECONDS - started)) s"
  else
    say "$title: FAILED after $((SECONDS - started)) s"
    failed_steps+=("$title")
  fi
}

clippy_server() { cargo clippy --quiet --workspace --exclude frontend --all-targets -- -D warnings; }

clippy_browser() {
  cargo clippy --quiet -p frontend -p latchkey-app --features latchkey-app/csr \
    --target wasm32-unknown-unknown -- -D warnings
}

# The browser must not be sent what only the server needs.
frontend_is_free_of_server_crates() {
  local crates
  crates=$(cargo tree -p frontend --target wasm32-unknown-unknown --edges normal --prefix none | awk '{ print $1 }')
  ! grep -x -E 'sqlx.*|argon2|tokio|latchkey-credentials' <<<"$crates"
}

# RustSec's database is fetched, which offline machines cannot do.
no_known_vulnerabilities() {
  if timeout 120 cargo deny --log-level off fetch db >/dev/null 2>&1; then
    cargo deny --log-level error check --disable-fetch advisories
  else
    say "Advisories: RustSec's database cannot be fetched here, so they are not checked"
  fi
}

browser_tests() {
  [ -x "$LATCHKEY_BINARY" ] || { echo "there is no release binary to test"; return 1; }
  (cd end2end && npx tsc --noEmit) &&
    (cd end2end && PLAYWRIGHT_JSON_OUTPUT_FILE=$reports/browser.json ../scripts/with-postgres.sh npx playwright test)
}

engine_tests() {
  [ -x "$LATCHKEY_BINARY" ] || { echo "there is no release binary to test"; return 1; }
  (cd end2end && PLAYWRIGHT_JSON_OUTPUT_FILE=$reports/engines.json npx playwright test --config engines/playwright.config.ts)
}

interop_tests() { PLAYWRIGHT_JSON_OUTPUT_FILE=$reports/interop.json scripts/interop.sh; }

scripts/setup-test.sh
rm -rf "$reports"
mkdir -p "$reports"

step "Format" cargo fmt --check
step "Clippy, server" clippy_server
step "Clippy, browser" clippy_browser
step "Dependencies of the browser build" frontend_is_free_of_server_crates
step "Dependencies: bans, licenses, sources" cargo deny --log-level error check bans licenses sources
step "Dependencies: advisories" no_known_vulnerabilities
step "Rust tests, on SQLite and PostgreSQL" scripts/with-postgres.sh scripts/test-rust.sh "$reports"
step "Release build" scripts/build.sh
step "Browser tests" browser_tests
step "Firefox and WebKit" engine_tests
step "Gateways and OAuth libraries of others" interop_tests

for title in "${failed_steps[@]}"; do say "FAILED: $title"; done
node scripts/count-tests.mjs "$reports"
[ "${#failed_steps[@]}" = 0 ]
