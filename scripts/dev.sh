#!/usr/bin/env bash
# Serves a debug build. Rebuilds it and reloads the page on every change.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh
# File names without a hash, so that an open page finds the new files.
LEPTOS_HASH_FILES=false exec cargo leptos watch --split "$@" -- serve
