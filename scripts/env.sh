# shellcheck shell=bash disable=SC2034
# Sourced by every other script: the folders of the tools, and the Rust toolchain.
# Tools are kept outside the checkout, so that a second clone does not build them again.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=${LATCHKEY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/latchkey/tools}
target_dir=${CARGO_TARGET_DIR:-$repository/target}
# shellcheck source=scripts/versions.sh
. "$repository/scripts/versions.sh"

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }

# The version of a crate in Cargo.lock.
locked_version() {
  awk -v name="$1" '$0 == "name = \"" name "\"" { getline; gsub(/version = |"/, ""); print; exit }' \
    "$repository/Cargo.lock"
}

wasm_bindgen_version=$(locked_version wasm-bindgen)
PATH="$tools/cargo-leptos-$CARGO_LEPTOS_VERSION/bin:$PATH"
PATH="$tools/wasm-bindgen-cli-$wasm_bindgen_version/bin:$PATH"
PATH="$tools/binaryen-$BINARYEN_VERSION/node_modules/.bin:$PATH"
PATH="$tools/cargo-deny-$CARGO_DENY_VERSION/bin:$PATH"
PATH="$tools/geckodriver-$GECKODRIVER_VERSION/bin:$PATH"
snippet_tools=$tools/httpie-$HTTPIE_VERSION-pyjwt-$PYJWT_VERSION
PATH="$snippet_tools/bin:$PATH"
litestream_tools=$tools/litestream-$LITESTREAM_VERSION
export LITESTREAM=$litestream_tools/bin/litestream
export SCHEMATHESIS=$tools/schemathesis-$SCHEMATHESIS_VERSION
export GATEWAYS=$tools/caddy-$CADDY_VERSION-envoy-$ENVOY_VERSION-traefik-$TRAEFIK_VERSION
export OAUTH_PYTHON=$tools/authlib-$AUTHLIB_VERSION-requests-oauthlib-$REQUESTS_OAUTHLIB_VERSION-pyjwt-$PYJWT_VERSION-mcp-$MCP_VERSION
[ -d "$HOME/.cargo/bin" ] && PATH="$PATH:$HOME/.cargo/bin"
export PATH

# Uses Debian's toolchain once setup-build.sh has fallen back to it.
if [ -f "$tools/use-debian-toolchain" ]; then
  have rustup && export RUSTUP_TOOLCHAIN=debian
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
fi

has_wasm_std() {
  compgen -G "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)/libstd-*.rlib" >/dev/null
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs Debian packages. Refreshes the package lists at most once in a run.
apt_install() {
  have apt-get || { say "Please install: $*"; exit 1; }
  if [ -z "${apt_lists_are_fresh:-}" ]; then
    as_root apt-get update -qq
    apt_lists_are_fresh=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# python_environment FOLDER PACKAGES…: creates a virtual environment with exact versions of packages, if it does not exist.
python_environment() {
  local folder=$1
  shift
  [ -f "$folder/installed" ] && return
  say "Python: installing $*"
  python3 -m venv --clear "$folder" &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" &&
    touch "$folder/installed"
}

# Installs a cargo tool into a separate folder: prebuilt with cargo-binstall if that is available, otherwise from source,
# in a build that favours speed over size.
cargo_tool() {
  local name=$1 version=$2
  shift 2
  local root="$tools/$name-$version"
  if have cargo-binstall &&
    cargo binstall --no-confirm --strategies crate-meta-data --root "$root" "$name@$version" >/dev/null 2>&1; then
    return
  fi
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
    cargo install --quiet --root "$root" --target-dir "$tools/build" "$name" --version "$version" "$@"
  rm -rf "$tools/build"
}
