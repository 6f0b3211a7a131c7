#!/usr/bin/env bash
# with-postgres.sh COMMAND…: starts a temporary PostgreSQL cluster, runs the command with LATCHKEY_TEST_POSTGRES set to its URL,
# and removes the cluster. If the variable is already set, only runs the command. In both cases a test that would be skipped
# fails, because LATCHKEY_TEST_FAIL_ON_SKIP is set.
set -euo pipefail

[ "$#" -gt 0 ] || { echo "usage: with-postgres.sh COMMAND…" >&2; exit 2; }
export LATCHKEY_TEST_FAIL_ON_SKIP=1
[ -n "${LATCHKEY_TEST_POSTGRES:-}" ] && exec "$@"

programs=$(dirname "$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
[ -x "$programs/initdb" ] || { echo "with-postgres.sh: cannot find PostgreSQL's initdb" >&2; exit 1; }

# PostgreSQL refuses to run as root. The folder's name is short, because the path of a socket has at most 107 bytes.
as_postgres=()
folder=$(mktemp -d "${TMPDIR:-/tmp}/latchkey-pg.XXXXXX")
if [ "$(id -u)" = 0 ]; then
  as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  chown postgres: "$folder"
fi

remove_cluster() {
  (cd / && "${as_postgres[@]}" "$programs/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data") || true
  rm -rf "$folder"
}
trap remove_cluster EXIT
trap 'exit 130' INT TERM

# The cluster does not need to survive a power failure: without fsync the tests run twice as fast.
(
  cd /
  "${as_postgres[@]}" "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >/dev/null
  "${as_postgres[@]}" "$programs/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/log" \
    --options="-k '$folder' -c listen_addresses='' -c fsync=off -c max_connections=200"
) || { cat "$folder/log" >&2 2>/dev/null; exit 1; }

export LATCHKEY_TEST_POSTGRES="postgres://postgres@localhost/postgres?host=$folder"
"$@"
