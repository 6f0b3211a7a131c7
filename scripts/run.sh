#!/usr/bin/env bash
# Builds the release if anything has changed, and serves it. Passes its arguments to `latchkey serve`.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh
scripts/build.sh
exec "$target_dir/release/latchkey" serve "$@"
