#!/usr/bin/env bash
# Runs the checks that are quick on a warm tree: formatting, clippy and the unit tests. It needs no PostgreSQL and no browser.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

unset LATCHKEY_TEST_POSTGRES LATCHKEY_TEST_FAIL_ON_SKIP
scripts/setup-build.sh
step "Format" cargo fmt --check
step "Clippy, server" clippy_server
step "Clippy, browser" clippy_browser
step "Unit tests" unit_tests
report_failed_steps
