#!/usr/bin/env bash
# Installs the missing tools of `make bench`: the load generator and the products that it measures.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-test.sh

packages=()
have wrk || packages+=(wrk)
have nginx || [ -x /usr/sbin/nginx ] || packages+=(nginx-light)
have setpriv || packages+=(util-linux)
if [ "${#packages[@]}" -gt 0 ]; then
  say "Load generator and peers: installing ${packages[*]}"
  apt_install "${packages[@]}"
fi

# node_packages FOLDER MESSAGE: installs the packages of a folder's lock file, if they are missing.
node_packages() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock" && return
  say "$2"
  (cd "$1" && npm ci --silent)
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
}

node_packages tools/bench "Lighthouse: installing the packages of tools/bench/package-lock.json"
node_packages tools/bench/peers/oidc-provider "oidc-provider: installing it"
node_packages tools/bench/peers/better-auth "better-auth: installing it (its SQLite compiles for about two minutes, once)"
