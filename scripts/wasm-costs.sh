#!/usr/bin/env bash
# Lists the sizes of the code in the console's first WebAssembly file, by crate. With a pattern (a regular expression), lists the
# functions whose names match it. Needs a release build (scripts/build.sh), whose function names are not in the files of the site.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

mapfile -t options < <(sed -n '/^wasm-opt-features/,/^]/s/^ *"\(.*\)",$/\1/p' Cargo.toml)
named=$(mktemp -d)
trap 'rm -rf "$named"' EXIT
wasm-bindgen --target=web --keep-lld-exports --no-demangle --out-name=latchkey --out-dir="$named" \
  "$target_dir/front/wasm32-unknown-unknown/wasm-release/frontend_split.wasm"
wasm-opt "${options[@]}" --debuginfo "$named/latchkey_bg.wasm" -o "$named/latchkey.wasm"
node scripts/wasm-costs.mjs "$named/latchkey.wasm" "$@"
