#!/usr/bin/env bash
# Runs third-party gateways and OAuth libraries against the release binary, on both databases.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-interop.sh
export LATCHKEY_BINARY=${LATCHKEY_BINARY:-$target_dir/release/latchkey}
[ -x "$LATCHKEY_BINARY" ] || scripts/build.sh
cargo build --quiet -p latchkey --example oauth2_client
export TARGET_DIR=$target_dir
(cd end2end && ../scripts/with-postgres.sh npx playwright test --config interop/playwright.config.ts "$@")
