#!/usr/bin/env bash
# Serves a debug build that is rebuilt, and the page reloaded, on every change.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh
# Plain file names, so that a page that is open finds the new ones.
LEPTOS_HASH_FILES=false exec cargo leptos watch --split "$@" -- serve
