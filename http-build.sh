cd /tmp/w/http
cargo test -p latchkey --offline --no-run > /tmp/w/mine/http-test.log 2>&1; echo test $?
