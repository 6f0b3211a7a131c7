IT=$(ls -t /tmp/w/http/target/debug/deps/it-* | grep -vE "\.d$" | head -1)
export CARGO_MANIFEST_DIR=/tmp/w/http/server; cd /tmp/w/http/server
for g in slow_clients http_rules; do timeout 60 "$IT" $g > /tmp/w/mine/http-$g.log 2>&1; echo $g $?; done
