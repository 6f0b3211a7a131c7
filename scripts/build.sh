#!/usr/bin/env bash
# Builds target/release/latchkey, one self-contained binary, and does nothing if it is up to date.
# cargo-leptos first builds the site, names its files by their hash and compresses them. Then it builds the server, which embeds
# the files that server/build.rs finds in site/ of the target folder.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

binary="$target_dir/release/latchkey"
built="$target_dir/release/latchkey.built"
sources=(Cargo.toml Cargo.lock rust-toolchain.toml app engine frontend migrations model public server store style
  scripts/build-site.sh)

up_to_date() {
  [ -x "$binary" ] && [ -f "$built" ] &&
    [ -z "$(find "${sources[@]}" -name tests -prune -o -newer "$built" -print -quit)" ]
}

if up_to_date; then
  exit
fi
if [ -x "$binary" ]; then
  say "Building the release"
else
  say "Building the release (about ten minutes on two cores, the first time)"
fi
started=$(mktemp)
trap 'rm -f "$started"' EXIT
scripts/build-site.sh
cargo leptos build --release --split --server-only
# A file that changed during the build is newer than its start, and is built next time.
touch -r "$started" "$built"
say "Built $binary"
