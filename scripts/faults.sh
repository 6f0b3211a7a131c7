#!/usr/bin/env bash
# Breaks what Latchkey depends on, and checks that it keeps its promises (docs/reliability.md). Takes the options of
# tools/faults/run.mjs: scripts/faults.sh --only haproxy --quick. The last line counts the faults: "N passed, N failed".
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-faults.sh
if [ -z "${LATCHKEY_BINARY:-}" ]; then
  scripts/setup-build.sh
  scripts/build.sh
  export LATCHKEY_BINARY=$target_dir/release/latchkey
fi
export CARGO_TARGET_DIR=$target_dir
PATH="$PATH:/usr/sbin"

say "Faults"
node tools/faults/run.mjs "$@"
