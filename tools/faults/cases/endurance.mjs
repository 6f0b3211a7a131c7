import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { introspect, ping, pingWithToken, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { memory } from "../../harness/programs.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { median } from "../../harness/statistics.mjs";
import { startNode, startNodes } from "../servers/node.mjs";

/**
 * All kinds of requests for ten minutes, on a node with SQLite and at the same time on two with PostgreSQL. Memory and descriptors
 * are read every second; the median of the second minute is compared with that of the last one. The keys that are created in this
 * time take about a kilobyte each, as they should. A node caches 20,000 tokens whose signature it has verified: more than that are
 * presented first. Otherwise the load would fill this cache for some six minutes, and hide a leak beside it.
 */

export const title = "Mixed load, for long";

const tokensPresentedFirst = 22_000;

export function run({ quick }) {
  const seconds = quick ? 45 : 600;
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const alone = await startNode({ LATCHKEY_NODE_NAME: "SQLite" });
    scope.defer(() => alone.stop("SIGKILL"));
    const pair = await startNodes(scope, 2, await postgres.createDatabase("endurance"));
    const seen = { requests: 0, failed: [] };
    const nodes = [alone, ...pair];
    const fresh = nodes.map(({ pid }) => memory(pid));
    for (const group of [[alone], pair]) await fillWithTokens(group, seen);
    const loads = [await startLoad([alone], seen), await startLoad(pair, seen)];
    const samples = { fresh, ...(await sample(nodes, seconds)) };
    for (const load of loads) await load.end();
    return outcome(samples, seen, seconds);
  });
}

/** Presents more tokens to each node than it caches. */
async function fillWithTokens(nodes, seen) {
  const session = await openSession(nodes[0].url);
  const client = await session.at(nodes[0].url).createActiveKey("oauth_client");
  let left = tokensPresentedFirst;
  const caller = async () => {
    while (left-- > 0) {
      const token = JSON.parse((await requestToken(nodes[0].url, client)).body).access_token;
      const answers = await Promise.all(nodes.map(({ url }) => pingWithToken(url, token)));
      for (const { status, body } of answers) if (status !== 200) seen.failed.push(`a fresh token: ${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));
}

async function startLoad(nodes, seen) {
  const session = await openSession(nodes[0].url);
  const make = async (kind, count) => {
    const made = [];
    while (made.length < count) made.push(await session.at(nodes[0].url).createActiveKey(kind));
    return made;
  };
  const site = {
    session,
    keys: await make("api_key", 50),
    clients: await make("oauth_client", 10),
    toggled: await session.at(nodes[0].url).createKey(),
    inspector: await session.at(nodes[0].url).createInspector(),
    tokens: [],
  };
  let loading = true;
  const loops = nodes.flatMap(({ url }) =>
    Object.entries(kinds).map(async ([kind, { every, ask }]) => {
      for (let turn = 0; loading; turn++) {
        const { status, body } = await ask(url, site, turn);
        seen.requests++;
        if (status !== 200) seen.failed.push(`${kind}: ${status} ${body}`);
        await pause(every);
      }
    }),
  );
  return {
    async end() {
      loading = false;
      await Promise.all(loops);
    },
  };
}

const inTurn = (list, turn) => list[turn % list.length];

/** The kinds of requests, and the milliseconds between two requests of a kind. */
const kinds = {
  ping: { every: 2, ask: (url, { keys }, turn) => ping(url, inTurn(keys, turn)) },
  "ping with a token": { every: 5, ask: (url, site, turn) => withToken(site, url, turn, (token) => pingWithToken(url, token)) },
  introspection: { every: 5, ask: (url, site, turn) => withToken(site, url, turn, (token) => introspect(url, site.inspector, token)) },
  token: { every: 10, ask: issueToken },
  creation: {
    every: 500,
    ask: (url, { session }) => session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "Warehouse" }),
  },
  toggle: {
    every: 100,
    ask: (url, { session, toggled }, turn) => session.at(url).trySetStatus(toggled, turn % 2 === 0 ? "active" : "inactive"),
  },
  page: { every: 50, ask: (url, { session }) => session.at(url).page() },
};

const withToken = ({ tokens, clients }, url, turn, ask) => (tokens.length === 0 ? requestToken(url, clients[0]) : ask(inTurn(tokens, turn)));

async function issueToken(url, { clients, tokens }, turn) {
  const answer = await requestToken(url, inTurn(clients, turn));
  // Only the latest ones: this client must not grow either.
  if (answer.status === 200) tokens[turn % 200] = JSON.parse(answer.body).access_token;
  return answer;
}

async function sample(nodes, seconds) {
  const samples = [];
  for (let second = 0; second < seconds; second++) {
    await pause(1000);
    samples.push(nodes.map(({ pid }) => ({ memory: memory(pid), descriptors: readdirSync(`/proc/${pid}/fd`).length })));
  }
  return { names: nodes.map(({ name }) => name), samples };
}

function outcome({ names, fresh, samples }, seen, seconds) {
  for (const what of seen.failed.slice(0, 5)) console.log(`   failed: ${what}`);
  // A minute, or a quarter of a short run. What is allocated on first use is allocated in the first part.
  const part = Math.min(60, Math.floor(seconds / 4));
  const windows = { early: samples.slice(part, 2 * part), late: samples.slice(-part) };
  const grown = names.map((name, index) => {
    const of = (window, measure) => median(windows[window].map((nodes) => nodes[index][measure]));
    const [early, late] = [of("early", "memory"), of("late", "memory")];
    return { name, first: fresh[index], early, late, descriptors: [of("early", "descriptors"), of("late", "descriptors")] };
  });
  return {
    rounds: seen.requests,
    figures: grown.map(
      ({ name, first, early, late, descriptors }) =>
        `${name}: ${early.toFixed(1)} to ${late.toFixed(1)} MiB (${first.toFixed(1)} before ${tokensPresentedFirst.toLocaleString("en")} tokens), ${descriptors.join(" to ")} descriptors`,
    ),
    lost: seen.failed.length,
    promises: [
      { what: "all requests succeed", kept: seen.failed.length === 0 },
      { what: "memory grows by less than 10 % and 5 MiB", kept: grown.every(({ early, late }) => late - early < Math.min(early / 10, 5)) },
      { what: "descriptors grow by less than ten", kept: grown.every(({ descriptors: [early, late] }) => late - early < 10) },
    ],
  };
}
