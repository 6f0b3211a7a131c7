#!/usr/bin/env bash
# Lists what the console's first file of WebAssembly is made of, by crate; with a pattern (a regular expression), the functions
# whose names match it. It needs a release build (scripts/build.sh), whose names cargo-leptos leaves out of the site's files.
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
