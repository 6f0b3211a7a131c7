cd /tmp/w/http
cargo clippy -p latchkey -p latchkey-credentials -p latchkey-app -p latchkey-model --all-targets --offline -- -D warnings > /tmp/w/mine/http-clippy.log 2>&1; echo clippy $?
cargo test -p latchkey --offline --no-run > /tmp/w/mine/http-test.log 2>&1; echo test $?
