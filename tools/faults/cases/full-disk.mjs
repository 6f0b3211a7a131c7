import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ping, requestToken } from "../../harness/http.mjs";
import { binary } from "../../harness/paths.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { emptyFolder } from "../folders.mjs";
import { until } from "../load/watch.mjs";
import { missing, startWriters } from "../load/writers.mjs";
import { duration } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";
import { contradictions, integrityOf, querySqlite, storedKeys } from "../stored.mjs";

/**
 * SQLite on a disk of 24 MiB in memory, which is filled and emptied again while several clients write. The disk is mounted for the
 * server only, in a namespace that ends with it; other processes find it under /proc.
 */

export const title = "The disk full, on SQLite";

// Enough for SQLite's file and its log, which may grow to some megabytes.
const mount = 'mount -t tmpfs -o size=24m,mode=700 tmpfs "$PWD" && cd "$PWD" && exec "$0" "$@"';
const inNamespace = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", mount];

export function run({ quick }) {
  const [command, ...args] = inNamespace;
  const probe = spawnSync(command, [...args, "true"], { cwd: emptyFolder(), encoding: "utf8" });
  if (probe.status !== 0) return { skipped: `a disk in memory cannot be mounted here: ${probe.stderr?.trim() ?? probe.error.message}` };
  return inScope(async (scope) => {
    const folder = emptyFolder();
    const node = await startNode({ folder, command: [...inNamespace, binary] });
    scope.defer(() => node.stop("SIGKILL"));
    const disk = `/proc/${node.pid}/root${folder}`;
    const session = await openSession(node.url);
    const site = { node, disk, session, ledger: new Map() };
    site.known = await Promise.all(Array.from({ length: 10 }, () => session.at(node.url).createActiveKey()));
    site.client = await session.at(node.url).createActiveKey("oauth_client");
    await pingAll(site);
    await requestToken(node.url, site.client);

    const seen = [];
    for (let round = 0; round < (quick ? 3 : 30) && seen.every(({ backIn }) => backIn < Infinity); round++) {
      seen.push(await fillAndFree(site));
    }
    const query = (sql) => querySqlite(join(folder, "data/latchkey.db"), sql, ["nsenter", "--mount", "--target", String(node.pid)]);
    const keys = await storedKeys(query);
    return outcome(seen, [...missing(site.ledger, keys), ...contradictions(keys)], await integrityOf(query));
  });
}

async function fillAndFree(site) {
  const { node, disk, session, ledger } = site;
  const logStart = node.stderr.length;
  const writers = startWriters(session, node.url, ledger, { rest: 5, isExpected: ({ status }) => status === 503 });
  const ballast = join(disk, "ballast");
  let refusals = [];
  const verdicts = [];
  try {
    fill(ballast);
    // The space that SQLite has reserved in its log still takes some writes.
    await until("a write is refused", () => create(site), ({ status }) => status !== 200);
    for (let turn = 0; turn < 10; turn++) {
      fill(ballast);
      refusals.push(await create(site), await session.at(node.url).trySetStatus(site.known[0], "active"));
      verdicts.push(...(await pingAll(site)), await requestToken(node.url, site.client));
    }
  } finally {
    rmSync(ballast, { force: true });
  }
  const backIn = await until("a write succeeds", () => create(site), ({ status }) => status === 200, 10_000).catch(() => Infinity);
  const { refused } = await writers.end();
  refusals = refusals.filter(({ status }) => status !== 200);
  return { refusals, refused, verdicts, backIn, logged: node.stderr.slice(logStart) };
}

const create = ({ session, node }) => session.at(node.url).ask("/api/access-keys/create", { kind: "api_key", name: "Warehouse" });

const pingAll = ({ known, node }) => Promise.all(known.map((key) => ping(node.url, key)));

/** Writes until there is no space for another byte. */
function fill(path) {
  const file = openSync(path, "a");
  try {
    for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2)) fillWith(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function fillWith(file, block) {
  try {
    // The count bounds the loop; it is more than the disk holds.
    for (let count = 0; count < 64; count++) writeSync(file, block);
  } catch (error) {
    if (error.code !== "ENOSPC") throw error;
  }
}

function outcome(seen, lost, integrity) {
  for (const what of lost.slice(0, 10)) console.log(`   lost: ${what}`);
  const refusals = seen.flatMap((round) => round.refusals);
  const others = [...refusals.filter(({ status }) => status !== 503), ...seen.flatMap(({ refused }) => refused)];
  for (const { status, body } of others.slice(0, 3)) console.log(`   refused otherwise: ${status} ${body}`);
  const verdicts = seen.flatMap((round) => round.verdicts);
  const wrong = verdicts.filter(({ status }) => status !== 200);
  for (const { status, body } of wrong.slice(0, 3)) console.log(`   a known credential: ${status} ${body}`);
  return {
    rounds: seen.length,
    figures: [
      `${refusals.length} writes refused`,
      `in the meantime ${verdicts.length.toLocaleString("en")} verdicts and tokens`,
      `the first write ${duration(Math.max(...seen.map(({ backIn }) => backIn)))} after there was space again`,
    ],
    lost: lost.length + wrong.length,
    promises: [
      { what: "every acknowledged write is there, no key is incomplete, and each history ends in the key's state", kept: lost.length === 0 },
      { what: "writes are refused with 503", kept: refusals.length > 0 && others.length === 0 },
      { what: "each 503 has a Retry-After", kept: refusals.every(({ headers }) => headers["retry-after"] !== undefined) },
      { what: "the log says that the disk is full", kept: seen.every(({ logged }) => logged.includes("disk is full")) },
      { what: "known keys are accepted and tokens issued while the disk is full", kept: wrong.length === 0 },
      { what: "writes succeed again without a restart, within 5 s", kept: seen.every(({ backIn }) => backIn < 5000) },
      { what: "SQLite finds its file intact", kept: integrity === "ok" },
    ],
  };
}
