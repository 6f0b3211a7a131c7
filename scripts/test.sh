#!/usr/bin/env bash
# Runs every check and test. A failed step stops none after it, so that one run reports everything that is wrong.
# The last line counts the tests: "N passed, N failed".
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

reports=$target_dir/test-reports
export LATCHKEY_BINARY=$target_dir/release/latchkey

# The browser must not be sent crates that only the server needs.
frontend_is_free_of_server_crates() {
  local crates
  crates=$(cargo tree -p frontend --target wasm32-unknown-unknown --edges normal --prefix none | awk '{ print $1 }')
  ! grep -x -E 'sqlx.*|argon2|tokio|latchkey-(engine|store)' <<<"$crates"
}

# The check needs RustSec's database, which an offline machine cannot fetch.
no_known_vulnerabilities() {
  if timeout 120 cargo deny --log-level off fetch db >/dev/null 2>&1; then
    cargo deny --log-level error check --disable-fetch advisories
  else
    say "Advisories: not checked, because RustSec's database cannot be fetched here"
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
step "Third-party gateways and OAuth libraries" interop_tests

# The count of the tests is the last line, whether steps have failed or not.
status=0
report_failed_steps || status=1
node scripts/count-tests.mjs "$reports" || status=1
exit "$status"
