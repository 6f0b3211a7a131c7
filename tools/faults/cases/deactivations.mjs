import { setTimeout as pause } from "node:timers/promises";
import { ping } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { quantile } from "../../harness/statistics.mjs";
import { duration, times } from "../report/figures.mjs";
import { startNodes } from "../servers/node.mjs";

/**
 * Deactivations on three nodes in turn. The key is presented to each node without a pause, from before the call until the node
 * refuses it, and to all three once more when the call has returned. The first node to refuse does not do so before the commit,
 * so the time that the others take after it is the time that the change takes to reach them, give or take one ping.
 */

export const title = "Keys deactivated on one of three nodes";

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const nodes = await startNodes(scope, 3, await postgres.createDatabase("deactivations"));
    const session = await openSession(nodes[0].url);
    const key = await session.at(nodes[0].url).createKey();
    const psql = postgres.session(scope, "postgres");
    // The 99th percentile of sixty values is the longest one, which shows what else the machine did.
    const [rounds, part] = quick ? [60, 0.9] : [1000, 0.99];
    const heard = await deactivateOften(session, nodes, key, rounds);
    const deaf = await deactivateOften(session, nodes, key, rounds, () => endListeners(psql));
    return {
      rounds: 2 * rounds,
      figures: [
        times("set-status", heard.took),
        times("others refuse after the first one", heard.spread),
        times("all refuse, from before the call", heard.refused),
        `${times("with listeners killed (each time 3)", deaf.refused)}, longest ${duration(Math.max(...deaf.refused))}`,
      ],
      lost: heard.lost + deaf.lost,
      promises: [
        { what: "no node accepted a key after set-status had returned", kept: heard.lost + deaf.lost === 0 },
        { what: "every set-status named all three nodes", kept: heard.unconfirmed + deaf.unconfirmed === 0 },
        { what: `other nodes refuse within 20 ms at the ${part * 100}th percentile`, kept: quantile(heard.spread, part) < 20 },
        { what: "all listeners were killed each time", kept: deaf.prepared.every((count) => count === "3") },
        { what: "with the listeners killed, all refuse within 1 s", kept: Math.max(...deaf.refused) < 1000 },
      ],
    };
  });
}

async function deactivateOften(session, nodes, key, rounds, prepare = () => {}) {
  const seen = { took: [], spread: [], refused: [], prepared: [], lost: 0, unconfirmed: 0 };
  for (let round = 0; round < rounds; round++) {
    const [changed, ...others] = nodes.map((_, index) => nodes[(round + index) % nodes.length]);
    await session.at(changed.url).activate(key);
    const before = await Promise.all(nodes.map((node) => ping(node.url, key)));
    if (before.some(({ status }) => status !== 200)) throw new Error(`an active key: ${before.map(({ status }) => status)}`);
    seen.prepared.push(await prepare());

    const called = performance.now();
    const watched = [changed, ...others].map((node) => untilRefused(node, key));
    const answer = await session.at(changed.url).deactivate(key);
    seen.took.push(performance.now() - called);
    const after = await Promise.all(nodes.map((node) => ping(node.url, key)));
    seen.lost += after.filter(({ status }) => status !== 401).length;
    if (answer.applied.length !== nodes.length || answer.pending.length > 0) seen.unconfirmed++;

    const refused = (await Promise.all(watched)).map((moment) => moment - called);
    seen.refused.push(Math.max(...refused));
    seen.spread.push(Math.max(...refused) - Math.min(...refused));
  }
  return seen;
}

/** Presents the key to one node again and again; returns the time of the first refusal. */
async function untilRefused(node, key) {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const { status } = await ping(node.url, key);
    if (status === 401) return performance.now();
    if (status !== 200) throw new Error(`a ping was answered with ${status}`);
    // The pings share the processors with the servers that they measure.
    await pause(1);
  }
  throw new Error("waited 10 s for a node to refuse a deactivated key");
}

/** Ends the connection on which each node listens for notifications; returns how many there were. */
const endListeners = (psql) =>
  psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()");
