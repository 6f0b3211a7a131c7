#!/usr/bin/env bash
# Serves a debug build that is rebuilt, and the page reloaded, on every change.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh
exec cargo leptos watch "$@"
