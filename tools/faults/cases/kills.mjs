import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ping } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { emptyFolder } from "../folders.mjs";
import { missing, startWriters } from "../load/writers.mjs";
import { duration } from "../report/figures.mjs";
import { startNode } from "../servers/node.mjs";
import { contradictions, integrityOf, querySqlite, storedKeys } from "../stored.mjs";

/** A server that is killed while several clients write, and started again, over and over on one database. */

export const title = "kill -9 during writes, on SQLite and on PostgreSQL";

export async function run({ quick }) {
  const rounds = quick ? 10 : 200;
  const sides = { SQLite: await onSqlite(rounds), PostgreSQL: await onPostgres(rounds) };
  const all = Object.values(sides);
  const lost = all.flatMap((side) => side.lost);
  for (const what of lost.slice(0, 10)) console.log(`   lost: ${what}`);
  const refused = all.flatMap((side) => side.refused);
  for (const { status, body } of refused.slice(0, 3)) console.log(`   refused: ${status} ${body}`);
  return {
    rounds: 2 * rounds,
    figures: Object.entries(sides).map(
      ([name, { acknowledged, keys, readyIn }]) =>
        `${name}: ${acknowledged.toLocaleString("en")} acknowledged writes of ${keys.toLocaleString("en")} keys, ready after at most ${duration(Math.max(...readyIn))}`,
    ),
    lost: lost.length,
    promises: [
      { what: "every acknowledged write is there, no key is incomplete, and each history ends in the key's state", kept: lost.length === 0 },
      { what: "ready within 2 s", kept: all.every(({ readyIn }) => Math.max(...readyIn) < 2000) },
      { what: "no write was refused while the server ran", kept: refused.length === 0 },
      { what: "something was written in each round", kept: all.every(({ acknowledged }) => acknowledged >= rounds) },
      { what: "SQLite finds its file intact", kept: sides.SQLite.integrity === "ok" },
    ],
  };
}

async function onSqlite(rounds) {
  const folder = emptyFolder();
  const file = join(folder, "data/latchkey.db");
  const query = (sql) => querySqlite(file, sql);
  const result = await inScope((scope) => killOften(scope, rounds, { folder }, query));
  return { ...result, integrity: await integrityOf(query) };
}

function onPostgres(rounds) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const database = await postgres.createDatabase("kills");
    const query = (sql) => postgres.query(sql, "kills");
    // A killed node counts as alive for six seconds, and each change waits two of them for it. The rounds are about what is written,
    // so they skip that wait. The rest of the row stays: a node that starts would wait a second and a half to see as much.
    const expireKilledNode = () => query("UPDATE nodes SET lives_until = 0");
    return killOften(scope, rounds, { LATCHKEY_DATABASE: database, LATCHKEY_NODE_NAME: "node" }, query, expireKilledNode);
  });
}

async function killOften(scope, rounds, settings, query, afterKill = () => {}) {
  let node;
  scope.defer(() => node?.stop("SIGKILL"));
  node = await startNode(settings);
  const session = await openSession(node.url);
  const result = { acknowledged: 0, keys: 0, readyIn: [], refused: [], lost: [] };
  const everything = new Map();
  for (let round = 0; round < rounds; round++) {
    const ledger = new Map();
    const writers = startWriters(session, node.url, ledger);
    // A random time, so that each round kills the server at a different moment of a write.
    await pause(150 + Math.random() * 350);
    await node.stop("SIGKILL");
    const { acknowledged, refused } = await writers.end();
    await afterKill();
    node = await startNode(settings);
    result.readyIn.push(node.readyIn);
    result.acknowledged += acknowledged;
    result.refused.push(...refused);
    result.lost.push(...(await misjudged(node, ledger)));
    for (const [id, entry] of ledger) everything.set(id, entry);
  }
  const keys = await storedKeys(query);
  result.keys = keys.size;
  result.lost.push(...missing(everything, keys), ...contradictions(keys));
  await node.stop("SIGTERM");
  return result;
}

/** The keys of a certain state that the server itself judges differently; five of them are tried. */
async function misjudged(node, ledger) {
  const certain = [...ledger].filter(([, { states }]) => states.length === 1).slice(-5);
  const judged = certain.map(async ([id, { secret, states }]) => {
    const { status } = await ping(node.url, { secret });
    return status === (states[0] === "active" ? 200 : 401) ? [] : [`${id} is ${states[0]}, but a ping is answered with ${status}`];
  });
  return (await Promise.all(judged)).flat();
}
