#!/usr/bin/env bash
# Measures the release binary and prints the README's "Figures" as a Markdown table.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-test.sh
scripts/build.sh
export LATCHKEY_BINARY=$target_dir/release/latchkey
cd end2end
npx playwright test --config bench/playwright.config.ts
