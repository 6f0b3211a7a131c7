#!/usr/bin/env bash
# Installs the programs of others that `make interop` runs against Latchkey, and that are missing.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-test.sh
