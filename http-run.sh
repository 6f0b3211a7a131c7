IT=$(ls -t /tmp/w/http/target/debug/deps/it-* | grep -vE "\.d$" | head -1)
export CARGO_MANIFEST_DIR=/tmp/w/http/server; cd /tmp/w/http/server
"$IT" http_rules slow_clients verify:: ping:: token:: site:: logs:: errors:: health:: cross_site access_keys:: well_known:: openapi:: challenges:: introspect:: start_up:: metrics:: cors:: sessions:: 2>&1
