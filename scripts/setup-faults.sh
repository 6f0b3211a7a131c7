#!/usr/bin/env bash
# Installs the missing tools of `make faults`, besides those of a build.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"

packages=()
have haproxy || [ -x /usr/sbin/haproxy ] || packages+=(haproxy)
have slowhttptest || packages+=(slowhttptest)
compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || packages+=(faketime)
have setpriv && have unshare || packages+=(util-linux)
have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
have python3 || packages+=(python3)
if [ "${#packages[@]}" -gt 0 ]; then
  say "Tools for faults: installing ${packages[*]}"
  apt_install "${packages[@]}"
fi
