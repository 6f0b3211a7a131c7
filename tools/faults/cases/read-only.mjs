import { setTimeout as pause } from "node:timers/promises";
import { ask, ping, requestToken } from "../../harness/http.mjs";
import { startPostgres, startStandby } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { openSession, signIn } from "../../harness/session.mjs";
import { waitFor } from "../../harness/wait.mjs";
import { until, watch } from "../load/watch.mjs";
import { duration } from "../report/figures.mjs";
import { startNode, startNodes } from "../servers/node.mjs";
import { startRelay } from "../servers/relay.mjs";

/**
 * PostgreSQL that accepts no changes: by a setting of the database, by a setting of the server, and as a standby that is promoted.
 * Valid keys are presented all the time. In the meantime keys are deactivated on a node that may write, and each key is presented
 * at once to every node that the answer names as done.
 */

export const title = "PostgreSQL read-only, and a standby promoted";

const isSuccess = ({ status }) => status === 200;

export async function run({ quick }) {
  const rounds = quick ? 1 : 5;
  const seen = [];
  for (const how of [byDatabase, bySystem]) seen.push(...(await readOnly(how, rounds)));
  for (let round = 0; round < rounds; round++) seen.push(await promotion());
  return outcome(seen);
}

/** New sessions may not write, and open sessions are ended. */
const byDatabase = {
  name: "ALTER DATABASE",
  set: async (postgres, database, value) => {
    await postgres.query(`ALTER DATABASE ${database} SET default_transaction_read_only = ${value}`);
    if (value === "on") await postgres.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);
  },
};

/** All sessions lose the right to write. */
const bySystem = {
  name: "ALTER SYSTEM",
  set: async (postgres, _, value) => {
    await postgres.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await postgres.query("SELECT pg_reload_conf()");
  },
};

function readOnly(how, rounds) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const database = "read_only";
    const url = await postgres.createDatabase(database);
    const nodes = await startNodes(scope, 2, url);
    // Its sessions set the option themselves, so that they may write whatever the default is.
    const writing = `${url}?options=${encodeURIComponent("-c default_transaction_read_only=off")}`;
    const writer = await startNode({ LATCHKEY_DATABASE: writing, LATCHKEY_NODE_NAME: "writer" });
    scope.defer(() => writer.stop("SIGKILL"));
    const site = { postgres, database, nodes: [...nodes, writer], session: await openSession(writer.url) };
    const seen = [];
    for (let round = 0; round < rounds; round++) seen.push(await readOnlyOnce(site, how));
    return seen;
  });
}

async function readOnlyOnce({ postgres, database, nodes, session }, how) {
  const [first, second, writer] = nodes;
  const subjects = await prepare(session, writer.url, nodes);
  const watched = watchGood(nodes, subjects);
  await how.set(postgres, database, "on");
  for (const node of [first, second]) {
    await until("the node reports that the database is read-only", () => ask(`${node.url}/readyz`), ({ status, body }) => status === 200 && body.includes("read_only"));
  }
  const deactivated = await deactivate(session, writer, nodes, subjects.keys.slice(0, 20));
  const refusals = [await signIn(first.url), await session.at(second.url).trySetStatus(subjects.good, "inactive")];
  // When the rows that both nodes have written are dead, only their locks show that the nodes are alive.
  const alive = () => postgres.query("SELECT name FROM nodes WHERE lives_until > extract(epoch FROM clock_timestamp()) * 1000", database);
  await waitFor("the rows of both nodes to be dead", async () => (await alive()).length <= 1, { every: 100 });
  deactivated.push(...(await deactivate(session, writer, nodes, subjects.keys.slice(20))));
  await how.set(postgres, database, "off");
  const before = performance.now();
  for (const node of [first, second]) {
    await untilChanging(session, node, subjects);
    await until("ready", () => ask(`${node.url}/readyz`), ({ body }) => body === "ready\n");
  }
  const backIn = performance.now() - before;
  const afterwards = [];
  for (const node of [first, second]) {
    afterwards.push(await signIn(node.url));
    for (let count = 0; count < 25; count++) afterwards.push(await create(session, node));
  }
  return { how: how.name, deactivated, refusals, afterwards, backIn, answers: await watched.end() };
}

async function promotion() {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const url = await postgres.createDatabase("promoted");
    const standby = await startStandby(scope, postgres);
    const relay = await startRelay(scope, postgres.port);
    const nodes = await startNodes(scope, 2, postgres.url("promoted", relay.port));
    const session = await openSession(nodes[0].url);
    const subjects = await prepare(session, nodes[0].url, nodes);
    const deactivated = await deactivate(session, nodes[1], nodes, subjects.keys.slice(0, 10));
    const caughtUp = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()";
    await waitFor("the standby to catch up", async () => (await postgres.query(caughtUp)).length > 0);

    const watched = watchGood(nodes, subjects);
    await postgres.stopImmediately();
    relay.redirect(standby.port);
    const refusals = [];
    const begun = performance.now();
    // Nodes do not read a standby: they answer from what they know until the staleness bound has passed.
    while (performance.now() - begun < 1500) {
      refusals.push(await session.at(nodes[1].url).trySetStatus(subjects.keys[10], "inactive"));
      await pause(50);
    }
    refusals.push(await signIn(nodes[0].url));
    await standby.promote();
    const before = performance.now();
    for (const node of nodes) await untilChanging(session, node, subjects);
    const backIn = performance.now() - before;
    deactivated.push(...(await deactivate(session, nodes[1], nodes, subjects.keys.slice(10))));
    const afterwards = await Promise.all(nodes.flatMap((node) => [signIn(node.url), create(session, node)]));
    // A request that was under way when the server stopped got no answer from the database, and is left out.
    const answered = refusals.filter(({ body }) => !body.includes("urn:latchkey:problem:unavailable"));
    return { how: "promotion", url, deactivated, refusals: answered, afterwards, backIn, answers: await watched.end() };
  });
}

const create = (session, { url }) => session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "Later" });

/** Waits until a change succeeds that changes nothing but needs the right to write. */
const untilChanging = (session, { url }, { good }) => until("changing", () => session.at(url).trySetStatus(good, "active"), isSuccess);

/** Creates a valid key, a valid client, and keys to deactivate, and makes every node know all of them. */
async function prepare(session, url, nodes) {
  const subjects = { good: await session.at(url).createActiveKey(), client: await session.at(url).createActiveKey("oauth_client"), keys: [] };
  for (let count = 0; count < 40; count++) subjects.keys.push(await session.at(url).createActiveKey());
  for (const key of [subjects.good, ...subjects.keys]) {
    for (const node of nodes) {
      for (let turn = 0; turn < 2; turn++) {
        const { status } = await ping(node.url, key);
        if (status !== 200) throw new Error(`an active key: ${status}`);
      }
    }
  }
  for (const node of nodes) await requestToken(node.url, subjects.client);
  return subjects;
}

function watchGood(nodes, { good, client }) {
  const questions = {};
  for (const { url, name } of nodes) {
    questions[`key ${name}`] = () => ping(url, good);
    questions[`client ${name}`] = () => requestToken(url, client);
  }
  return watch(questions);
}

/** Deactivates keys one after the other on a node, and presents each to every node at once. */
async function deactivate(session, changed, nodes, keys) {
  const seen = [];
  for (const key of keys) {
    const answer = await session.at(changed.url).trySetStatus(key, "inactive");
    const verdicts = await Promise.all(nodes.map(async ({ url, name }) => ({ name, ...(await ping(url, key)) })));
    const { applied = [], pending = [] } = answer.status === 200 ? JSON.parse(answer.body) : {};
    const accepted = answer.status === 200 ? verdicts.filter(({ name, status }) => status === 200 && !pending.includes(name)) : [];
    seen.push({ status: answer.status, took: answer.took, applied, pending, accepted });
  }
  return seen;
}

function outcome(seen) {
  const answers = seen.flatMap((round) => round.answers);
  const wrong = answers.filter((answer) => !isSuccess(answer));
  for (const { which, status, body } of wrong.slice(0, 5)) console.log(`   a valid ${which}: ${status} ${body}`);
  const deactivated = seen.flatMap((round) => round.deactivated);
  const accepted = deactivated.flatMap((one) => one.accepted);
  const refusals = seen.flatMap((round) => round.refusals);
  const others = refusals.filter(({ status, body, headers }) => status !== 503 || !body.includes("urn:latchkey:problem:read-only") || !headers["retry-after"]);
  for (const { status, body } of others.slice(0, 5)) console.log(`   refused otherwise: ${status} ${body}`);
  const afterwards = seen.flatMap((round) => round.afterwards);
  const backIn = Math.max(...seen.map((round) => round.backIn));
  const done = deactivated.filter(({ status, pending }) => status === 200 && pending.length === 0);
  return {
    rounds: seen.length,
    figures: [
      `${answers.length.toLocaleString("en")} answers about valid keys and clients`,
      `${done.length} of ${deactivated.length} deactivations confirmed by all, after at most ${duration(Math.max(...done.map(({ took }) => took)))}`,
      `${refusals.length} changes refused`,
      `signing in again ${duration(backIn)} after the database accepted changes`,
    ],
    lost: wrong.length + accepted.length,
    promises: [
      { what: "no valid key and no valid client was refused", kept: wrong.length === 0 },
      { what: "no node accepted a key that was reported as deactivated on it", kept: accepted.length === 0 },
      { what: "every deactivation was confirmed by every node", kept: done.length === deactivated.length },
      { what: "changes are refused with 503, the reason and Retry-After", kept: refusals.length > 0 && others.length === 0 },
      { what: "afterwards every change succeeds, on connections of any age", kept: afterwards.length > 0 && afterwards.every(isSuccess) },
      { what: "it accepts changes again within 3 s", kept: backIn < 3000 },
    ],
  };
}
