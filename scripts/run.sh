#!/usr/bin/env bash
# Builds the release, if anything changed, and serves it. Arguments go to `latchkey serve`.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh
scripts/build.sh
exec "$target_dir/release/latchkey" serve "$@"
