#!/usr/bin/env bash
# Measures the pure computations of the engine, and then the release beside its targets and other products, in interleaved rounds.
# Takes the options of tools/bench/run.mjs: scripts/bench.sh --only flood --rounds 1. --only leaves out the pure computations.
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
  say "The pure computations of the engine, with Criterion"
  cargo bench --quiet -p latchkey-engine --bench pure_parts -- --quick --noplot
fi
say "The release beside its targets and other products (about a quarter of an hour)"
node tools/bench/run.mjs "$@"
