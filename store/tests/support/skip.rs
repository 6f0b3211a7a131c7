use std::io::Write;

/// Prints that a test is skipped. Panics if `LATCHKEY_TEST_FAIL_ON_SKIP` is set, as it is in `make test`.
#[track_caller]
pub fn skip(reason: &str) {
    assert!(std::env::var_os("LATCHKEY_TEST_FAIL_ON_SKIP").is_none(), "skipped: {reason}");
    // Not `eprintln`: the test harness captures that, and shows it only when the test fails.
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}
