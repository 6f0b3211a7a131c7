#!/usr/bin/env bash
# Installs the missing tools of a build. Prints what it does, and nothing if nothing is missing.
set -euo pipefail
# shellcheck source=scripts/env.sh
. "$(dirname "$0")/env.sh"
cd "$repository"

# cargo-leptos needs this version.
minimum_rust=1.96

rust_is_recent() {
  have rustc && have cargo || return 1
  local version
  version=$(rustc --version 2>/dev/null | awk '{ print $2 }')
  [ -n "$version" ] && [ "$(printf '%s\n%s\n' "$minimum_rust" "$version" | sort -V | head -n 1)" = "$minimum_rust" ]
}

rust_is_complete() {
  rust_is_recent && has_wasm_std && has_std_source && cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1
}

# A release builds the standard library for WASM from this source: scripts/build-site.sh.
has_std_source() {
  [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std/Cargo.toml" ]
}

# Usually rustup fetches the toolchain of rust-toolchain.toml with its WASM target.
rust_by_rustup() {
  have rustup || return 1
  local channel
  channel=$(awk -F '"' '/^channel/ { print $2 }' rust-toolchain.toml)
  say "Rust: asking rustup for $channel with its WASM target"
  rustup toolchain install "$channel" --profile minimal --component rustfmt --component clippy \
    --component rust-src --target wasm32-unknown-unknown >/dev/null 2>&1 && rust_is_complete
}

# Where only package registries can be reached, Debian's Rust is used, with a WASM standard library that is built from source.
rust_by_debian() {
  if [ ! -x /usr/bin/rustc ] || [ ! -e /usr/lib/rustlib/src ] || ! have wasm-ld-19 || [ ! -x /usr/bin/clippy-driver ]; then
    say "Rust: rustup cannot fetch it; installing Debian's (rustc-web, about a minute)"
    apt_install rustc-web cargo-web rust-web-src rustfmt-web rust-web-clippy lld-19
  fi
  have rustup && rustup toolchain link debian /usr
  mkdir -p "$tools"
  touch "$tools/use-debian-toolchain"
  # shellcheck source=scripts/env.sh
  . "$repository/scripts/env.sh"
  has_wasm_std || build_wasm_std
}

build_wasm_std() {
  say "Rust: building the standard library for WASM (about two minutes, once)"
  local crate library
  crate=$(mktemp -d)
  mkdir "$crate/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n' >"$crate/Cargo.toml"
  touch "$crate/src/lib.rs"
  (
    cd "$crate"
    CARGO_TARGET_DIR=$crate/target RUSTC_BOOTSTRAP=1 cargo build --quiet --release --target wasm32-unknown-unknown \
      -Zbuild-std=std,panic_abort,proc_macro
  )
  rm "$crate"/target/wasm32-unknown-unknown/release/deps/libempty-*
  library="$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib"
  as_root mkdir -p "$library"
  as_root cp "$crate"/target/wasm32-unknown-unknown/release/deps/*.rlib "$library/"
  rm -rf "$crate"
}

if ! have node || ! have npm; then
  say "Please install Node 20 or later with npm, then run this again."
  exit 1
fi
have cc || { say "C compiler: installing build-essential"; apt_install build-essential; }
rust_is_complete || rust_by_rustup || rust_by_debian

if [ "$(cargo leptos --version 2>/dev/null)" != "cargo-leptos $CARGO_LEPTOS_VERSION" ]; then
  say "cargo-leptos $CARGO_LEPTOS_VERSION: installing (from source it takes about 8 minutes on two cores, once)"
  cargo_tool cargo-leptos "$CARGO_LEPTOS_VERSION" --locked
fi

# Without --locked: its lock file names a yanked version of a dependency.
if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $wasm_bindgen_version" ]; then
  say "wasm-bindgen $wasm_bindgen_version: installing (from source it takes about 3 minutes, once)"
  cargo_tool wasm-bindgen-cli "$wasm_bindgen_version" --debug
fi

if ! have wasm-opt; then
  say "wasm-opt: installing npm's binaryen $BINARYEN_VERSION"
  npm install --silent --no-save --prefix "$tools/binaryen-$BINARYEN_VERSION" "binaryen@$BINARYEN_VERSION"
fi
