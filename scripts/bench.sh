#!/usr/bin/env bash
# Measures the release against its bars and its peers, in interleaved rounds, after the pure parts of the engine.
# Takes the harness's options: scripts/bench.sh --only flood --rounds 1. With --only, the pure parts are left out.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-bench.sh
if [ -z "${LATCHKEY_BINARY:-}" ]; then
  scripts/build.sh
  export LATCHKEY_BINARY=$target_dir/release/latchkey
fi
export CARGO_TARGET_DIR=$target_dir

if [[ " $* " != *" --only"* ]]; then
  say "The engine's pure parts, by Criterion"
  cargo bench --quiet -p latchkey-credentials --bench pure_parts -- --quick --noplot
fi
say "The release against its bars and its peers (about a quarter of an hour)"
node tools/bench/run.mjs "$@"
