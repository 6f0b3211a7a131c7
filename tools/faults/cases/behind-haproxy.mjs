import { setTimeout as pause } from "node:timers/promises";
import { connections, ping, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession } from "../../harness/session.mjs";
import { until } from "../load/watch.mjs";
import { duration } from "../report/figures.mjs";
import { startHaproxy } from "../servers/haproxy.mjs";
import { startNode, startNodes } from "../servers/node.mjs";

/**
 * Three nodes behind HAProxy under a load of which every request is counted. In turn one node is killed and one is stopped by
 * SIGTERM; each is started again. A request that was sent to a killed node may be lost if it changes something, because HAProxy
 * does not repeat it.
 */

export const title = "A node behind HAProxy killed, and stopped";

// The drain time is the default: while a node drains, HAProxy takes it out of service.
const settings = { LATCHKEY_DRAIN: "2", LATCHKEY_TRUSTED_PROXIES: "127.0.0.1" };
const window = 2000;

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const database = await postgres.createDatabase("behind_haproxy");
    const nodes = await startNodes(scope, 3, database, settings);
    const { url } = await startHaproxy(scope, nodes);
    const session = await openSession(url);
    const active = await Promise.all(Array.from({ length: 40 }, () => session.at(url).createActiveKey()));
    const [keys, quietKeys] = [active.slice(0, 20), active.slice(20)];
    const client = await session.at(url).createActiveKey("oauth_client");
    const query = (sql) => postgres.query(sql, "behind_haproxy");
    const site = { scope, nodes, url, session, keys, quietKeys, client, query, database };
    const [killed, stopped] = [[], []];
    for (let round = 0; round < (quick ? 1 : 10); round++) {
      killed.push(await underLoad(site, round % 3, kill));
      stopped.push(await underLoad(site, (round + 1) % 3, stop));
    }
    return outcome(killed, stopped);
  });
}

/** Counts the answers before, during and after something happens to a node, and then starts the node again. */
async function underLoad(site, index, happens) {
  const load = startLoad(site);
  await pause(1000);
  const moment = performance.now();
  const outcome = await happens(site, site.nodes[index]);
  await pause(Math.max(0, moment + window + 2000 - performance.now()));
  const requests = (await load.end()).map((request) => ({ ...request, after: request.asked - moment }));
  await startAgain(site, index);
  return { ...outcome, requests };
}

/** Starts sixteen callers that do not pause, on kept connections, and two that create keys. */
function startLoad({ url, session, keys, client }) {
  const requests = [];
  let loading = true;
  const agent = connections(32);
  const caller = async (question) => {
    for (let turn = 0; loading; turn++) {
      const asked = performance.now();
      const { status, body } = await question(turn);
      requests.push({ asked, status, body: status === 200 ? "" : body });
    }
  };
  const pinging = (start) => (turn) => ping(url, keys[(start + turn) % keys.length], { agent });
  const creating = () => session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "Warehouse" }, { agent });
  const callers = [
    ...Array.from({ length: 12 }, (_, start) => caller(pinging(start))),
    ...Array.from({ length: 4 }, () => caller(() => requestToken(url, client, { agent }))),
    ...Array.from({ length: 2 }, () => caller(creating)),
  ];
  return {
    async end() {
      loading = false;
      await Promise.all(callers);
      agent.destroy();
      return requests;
    },
  };
}

async function kill(_site, node) {
  await node.stop("SIGKILL");
  return {};
}

/** Stops a node. Uses keys on the node itself just before it exits, so that no other node knows of these uses. */
async function stop({ quietKeys, query }, node) {
  const ended = node.stop("SIGTERM");
  await pause(Number(settings.LATCHKEY_DRAIN) * 1000 - 200);
  const uses = await Promise.all(quietKeys.map(async (key) => ({ key, at: Date.now(), ...(await ping(node.url, key)) })));
  if (uses.some(({ status }) => status !== 200)) throw new Error("a stopping node did not serve until its end");
  const took = await ended;
  const stored = new Map(await query("SELECT id, last_used_at FROM access_keys"));
  return { took, unwritten: uses.filter(({ key, at }) => Number(stored.get(key.id)) < at).length };
}

async function startAgain({ scope, nodes, url, keys, database }, index) {
  const { name, url: listened } = nodes[index];
  nodes[index] = await startNode({ LATCHKEY_DATABASE: database, LATCHKEY_NODE_NAME: name, listen: new URL(listened).host, ...settings });
  const node = nodes[index];
  scope.defer(() => node.stop("SIGKILL"));
  // HAProxy needs this long to see the node, and the other nodes to stop counting a killed one as alive.
  await pause(1500);
  await until("the site answers", () => ping(url, keys[0]), ({ status }) => status === 200);
}

function outcome(killed, stopped) {
  const failures = (rounds) => rounds.flatMap(({ requests }) => requests.filter(({ status }) => status !== 200));
  const within = killed.map(({ requests }) => {
    const meant = requests.filter(({ after }) => after > -100 && after <= window);
    return meant.filter(({ status }) => status !== 200).length / meant.length;
  });
  const late = failures(killed).filter(({ after }) => after > window || after < -100);
  const ofStops = failures(stopped);
  for (const { after, status, body } of [...late, ...ofStops].slice(0, 10)) console.log(`   failed: ${status} after ${duration(after)}: ${body.slice(0, 200)}`);
  const unwritten = stopped.reduce((sum, round) => sum + round.unwritten, 0);
  const took = stopped.map((round) => round.took);
  const count = [...killed, ...stopped].reduce((sum, { requests }) => sum + requests.length, 0);
  return {
    rounds: killed.length + stopped.length,
    figures: [
      `${count.toLocaleString("en")} requests`,
      `killed: ${failures(killed).length} errors, at most ${(Math.max(...within) * 100).toFixed(3)} % of those within 2 s`,
      `stopped: ${ofStops.length} errors, exited after at most ${duration(Math.max(...took))}`,
    ],
    lost: late.length + ofStops.length + unwritten,
    promises: [
      { what: "killed: at most 0.1 % errors within 2 s", kept: within.every((part) => part <= 0.001) },
      { what: "killed: no error before and after", kept: late.length === 0 },
      { what: "stopped: no error", kept: ofStops.length === 0 },
      { what: "stopped: exited within 10 s", kept: took.every((time) => time < 10_000) },
      { what: "stopped: all last uses are in the database", kept: unwritten === 0 },
    ],
  };
}
