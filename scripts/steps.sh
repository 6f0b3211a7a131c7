# shellcheck shell=bash
# Sourced after env.sh by the scripts that run several checks: steps that report and go on, and the checks of the Rust code.

failed_steps=()

# step TITLE COMMAND…: runs a command and says how long it took. A failed step stops none after it, so that one run reports
# everything that is wrong. The command runs as an "if" does: a failure inside a function does not end the function.
step() {
  local title=$1 started=$SECONDS
  shift
  say "$title"
  if "$@"; then
    say "$title: done in $((SECONDS - started)) s"
  else
    say "$title: FAILED after $((SECONDS - started)) s"
    failed_steps+=("$title")
  fi
}

# Names the steps that failed. Fails if there are any.
report_failed_steps() {
  for title in "${failed_steps[@]}"; do say "FAILED: $title"; done
  [ "${#failed_steps[@]}" = 0 ]
}

# The WASM crate is built for its own target only: here its features would be mixed with the server's.
native=(--workspace --exclude frontend)

clippy_server() { cargo clippy --quiet "${native[@]}" --all-targets -- -D warnings; }

clippy_browser() {
  cargo clippy --quiet -p frontend -p latchkey-app --features latchkey-app/csr \
    --target wasm32-unknown-unknown -- -D warnings
}

# The tests in the sources. Those that need PostgreSQL are skipped if it is not available.
unit_tests() {
  if have cargo-nextest; then
    cargo nextest run "${native[@]}" --lib --status-level fail
  else
    cargo test --quiet "${native[@]}" --lib --no-fail-fast
  fi
}
