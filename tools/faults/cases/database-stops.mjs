import { setTimeout as pause } from "node:timers/promises";
import { ask, ping, pingWithToken, requestToken } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { wrongSecrets } from "../../harness/secrets.mjs";
import { openSession } from "../../harness/session.mjs";
import { until, watch } from "../load/watch.mjs";
import { duration } from "../report/figures.mjs";
import { startNodes } from "../servers/node.mjs";

/**
 * PostgreSQL stops without warning and starts again, and is later frozen for ten seconds, while valid and invalid credentials are
 * presented to two nodes.
 */

export const title = "PostgreSQL stopped, killed and frozen";

const requestTimeout = 4000;
const frozenFor = 10_000;

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const database = await postgres.createDatabase("database_stops");
    const nodes = await startNodes(scope, 2, database, { LATCHKEY_REQUEST_TIMEOUT: String(requestTimeout / 1000) });
    const session = await openSession(nodes[0].url);
    const subjects = await makeSubjects(session, nodes[0].url);
    // Shorter and longer than the time for which nodes verify keys without the database.
    const absences = quick ? [1000, 6000] : Array.from({ length: 20 }, (_, round) => (round % 2 === 0 ? 1000 : 6000));
    const stops = [];
    for (const absence of absences) stops.push(await stopAndStart({ postgres, nodes, session, subjects }, absence));
    const freezes = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) freezes.push(await freeze({ postgres, nodes, session, subjects }));
    return outcome(stops, freezes);
  });
}

/** Creates credentials of all kinds, named by what is true of them. */
async function makeSubjects(session, url) {
  const subjects = { good: await session.at(url).createActiveKey(), client: await session.at(url).createActiveKey("oauth_client") };
  subjects.inactive = await session.at(url).createKey();
  subjects.ended = await session.at(url).createActiveKey();
  await session.at(url).deactivate(subjects.ended);
  subjects.wrong = { secret: wrongSecrets([subjects.good.id], 1)[0] };
  subjects.unknown = { secret: wrongSecrets([], 2)[1] };
  subjects.token = JSON.parse((await requestToken(url, subjects.client)).body).access_token;
  return subjects;
}

/** Presents every credential to every node, again and again. */
function watchAll(nodes, { good, client, inactive, ended, wrong, unknown, token }) {
  const questions = {};
  for (const { url, name } of nodes) {
    for (const [which, key] of Object.entries({ good, inactive, ended, wrong, unknown })) questions[`${which} ${name}`] = () => ping(url, key);
    questions[`good token ${name}`] = () => pingWithToken(url, token);
    questions[`good client ${name}`] = () => requestToken(url, client);
  }
  return watch(questions);
}

async function stopAndStart({ postgres, nodes, session, subjects }, absence) {
  const watched = watchAll(nodes, subjects);
  await watched.allAnswered();
  await postgres.stopImmediately();
  await pause(absence);
  await postgres.start();
  const back = await Promise.all(nodes.map((node) => untilServing(node, session, subjects)));
  return { backIn: Math.max(...back), answers: await watched.end() };
}

/** Waits until a node serves: it is ready, verifies keys, issues tokens and changes keys. */
async function untilServing({ url }, session, { good, client, inactive }) {
  const isSuccess = ({ status }) => status === 200;
  const before = performance.now();
  await until("ready", () => ask(`${url}/readyz`), isSuccess);
  await until("verifying", () => ping(url, good), isSuccess);
  await until("issuing", () => requestToken(url, client), isSuccess);
  await until("changing", () => session.at(url).trySetStatus(inactive, "inactive"), isSuccess);
  return performance.now() - before;
}

async function freeze({ postgres, nodes, session, subjects }) {
  const watched = watchAll(nodes, subjects);
  await watched.allAnswered();
  postgres.signalAll("SIGSTOP");
  // More requests than the pool has connections, all of which wait for the database.
  const waiting = Array.from({ length: 60 }, (_, index) => changeSomething(session, nodes[index % nodes.length].url, subjects, index));
  await pause(frozenFor);
  postgres.signalAll("SIGCONT");
  const ended = await Promise.all(waiting);
  const back = await Promise.all(nodes.map((node) => untilServing(node, session, subjects)));
  const afterwards = await Promise.all(waiting.map((_, index) => session.at(nodes[index % 2].url).trySetStatus(subjects.inactive, "inactive")));
  return { ended, backIn: Math.max(...back), afterwards, answers: await watched.end() };
}

function changeSomething(session, url, { inactive }, index) {
  if (index % 3 === 0) return session.at(url).ask("/api/access-keys/create", { kind: "api_key", name: "During the freeze" });
  if (index % 3 === 1) return session.at(url).trySetStatus(inactive, "inactive");
  return session.at(url).page();
}

function outcome(stops, freezes) {
  const answers = [...stops, ...freezes].flatMap((round) => round.answers);
  const good = answers.filter(({ which }) => which.startsWith("good"));
  const bad = answers.filter(({ which }) => !which.startsWith("good"));
  const calledInvalid = good.filter(({ status }) => status !== 200 && status !== 503);
  const accepted = bad.filter(({ status }) => status !== 401 && status !== 503);
  for (const { which, status, body } of [...calledInvalid, ...accepted].slice(0, 5)) console.log(`   ${which}: ${status} ${body}`);
  const longest = Math.max(...freezes.flatMap((round) => [...round.ended, ...round.answers.map(({ asked, answered }) => ({ took: answered - asked }))]).map(({ took }) => took));
  const backFromStops = Math.max(...stops.map(({ backIn }) => backIn));
  const backFromFreezes = Math.max(...freezes.map(({ backIn }) => backIn));
  return {
    rounds: stops.length + freezes.length,
    figures: [
      `serving ${duration(backFromStops)} after PostgreSQL was back, ${duration(backFromFreezes)} after it was frozen`,
      `no request took longer than ${duration(longest)} (${duration(requestTimeout)} allowed)`,
      `${answers.length.toLocaleString("en")} verdicts, ${answers.filter(({ status }) => status === 503).length.toLocaleString("en")} of them 503`,
    ],
    lost: calledInvalid.length + accepted.length,
    promises: [
      { what: "no good credential was called invalid: 200 or 503", kept: calledInvalid.length === 0 },
      { what: "no bad credential was accepted: 401 or 503", kept: accepted.length === 0 },
      { what: "each 503 has a Retry-After", kept: answers.every(({ status, retryAfter }) => status !== 503 || retryAfter !== undefined) },
      { what: "serving again within 5 s after PostgreSQL is back", kept: backFromStops < 5000 && backFromFreezes < 5000 },
      { what: "while it was frozen, requests ended within LATCHKEY_REQUEST_TIMEOUT", kept: longest < requestTimeout + 500 },
      { what: "afterwards 60 changes at once succeed", kept: freezes.every(({ afterwards }) => afterwards.every(({ status }) => status === 200)) },
    ],
  };
}
