import { setTimeout as pause } from "node:timers/promises";
import { ask, ping } from "../../harness/http.mjs";
import { startPostgres } from "../../harness/postgres.mjs";
import { inScope } from "../../harness/scope.mjs";
import { wrongSecrets } from "../../harness/secrets.mjs";
import { openSession } from "../../harness/session.mjs";
import { until, watch } from "../load/watch.mjs";
import { duration } from "../report/figures.mjs";
import { startNode, startNodes } from "../servers/node.mjs";
import { startRelay } from "../servers/relay.mjs";

/**
 * Three nodes, one of which reaches PostgreSQL through a relay that falls silent. That node still receives calls, and may answer
 * from what it last knew until the staleness bound has passed.
 */

export const title = "A node cut off from PostgreSQL, and not from its callers";

const staleness = 5000;
// A node verifies a key a moment after it has read its clock, and the answer takes a moment to arrive.
const tolerance = 200;

export function run({ quick }) {
  return inScope(async (scope) => {
    const postgres = await startPostgres(scope);
    const relay = await startRelay(scope, postgres.port);
    scope.defer(() => relay.resume());
    const nodes = await startNodes(scope, 2, await postgres.createDatabase("cut_off"));
    const third = await startNode({ LATCHKEY_DATABASE: postgres.url("cut_off", relay.port), LATCHKEY_NODE_NAME: "node-3" });
    scope.defer(() => third.stop("SIGKILL"));
    const session = await openSession(nodes[0].url);
    const seen = [];
    for (let round = 0; round < (quick ? 1 : 10); round++) seen.push(await cutOff({ session, nodes, third, relay }));
    return outcome(seen);
  });
}

async function cutOff({ session, nodes: [first], third, relay }) {
  const [good, ended, later] = await Promise.all([1, 2, 3].map(() => session.at(first.url).createActiveKey()));
  const wrong = { secret: wrongSecrets([good.id], 1)[0] };
  // Three times, because the first use is written to the database and the key is then read again.
  for (const key of [good, ended, good, ended, good, ended]) await expectStatus(third, key, 200);

  relay.silence();
  const silent = performance.now();
  const watched = watch({
    good: () => ping(third.url, good),
    ended: () => ping(third.url, ended),
    wrong: () => ping(third.url, wrong),
  });
  const setStatus = await session.at(first.url).trySetStatus(ended, "inactive");
  const { pending } = JSON.parse(setStatus.body);
  await pause(staleness + 1500 - (performance.now() - silent));
  // By now the other nodes count it as dead, and it must have stopped accepting keys a second ago.
  const unawaited = await session.at(first.url).trySetStatus(later, "inactive");
  const ready = await ask(`${third.url}/readyz`);
  await watched.allAnswered();

  const resumed = performance.now();
  relay.resume();
  await until("the good key is accepted", () => ping(third.url, good), ({ status }) => status === 200);
  const backIn = performance.now() - resumed;
  await watched.allAnswered();
  const answers = await watched.end();
  const confirmed = JSON.parse((await session.at(first.url).trySetStatus(later, "active")).body);
  return { setStatus, pending, unawaited, ready, silent, resumed, backIn, confirmed, answers };
}

function outcome(seen) {
  const answers = seen.flatMap(({ answers, silent, resumed }) =>
    answers.map((answer) => ({ ...answer, after: answer.answered - silent, isCutOff: answer.answered < resumed, isBack: answer.asked > resumed })),
  );
  const of = (which) => answers.filter((answer) => answer.which === which);
  const accepted = answers.filter(({ isCutOff, status }) => isCutOff && status === 200);
  const longest = Math.max(...accepted.map(({ after }) => after));
  const wrongly = {
    "a good key was called invalid": of("good").filter(({ status }) => status !== 200 && status !== 503),
    "a wrong key was accepted": of("wrong").filter(({ status }) => status !== 401 && status !== 503),
    "the deactivated key was accepted after the bound": accepted.filter(({ after }) => after > staleness + tolerance),
    "the deactivated key was accepted once the node was back": of("ended").filter(({ isBack, status }) => isBack && status === 200),
    "a 503 had no Retry-After": answers.filter(({ status, retryAfter }) => status === 503 && !retryAfter),
  };
  const took = seen.map(({ setStatus }) => setStatus.took);
  return {
    rounds: seen.length,
    figures: [
      `set-status named the node after at most ${duration(Math.max(...took))}`,
      `the node accepted its last call ${duration(longest)} after the network fell silent`,
      `it verified keys again ${duration(Math.max(...seen.map(({ backIn }) => backIn)))} after the network was back`,
      `${answers.length.toLocaleString("en")} answers`,
    ],
    lost: Object.values(wrongly).flat().length,
    promises: [
      ...Object.entries(wrongly).map(([what, found]) => ({ what: `never: ${what}`, kept: found.length === 0 })),
      { what: "set-status returns within 2.5 s", kept: took.every((time) => time < 2500) },
      { what: "set-status names the node as pending, and it alone", kept: seen.every(({ pending }) => pending.join() === "node-3") },
      { what: "the node is not ready", kept: seen.every(({ ready }) => ready.status === 503) },
      { what: "no change waits for it once it counts as dead", kept: seen.every(({ unawaited }) => unawaited.status === 200 && unawaited.took < 1000) },
      { what: "it verifies keys again within 5 s", kept: seen.every(({ backIn }) => backIn < 5000) },
      { what: "afterwards it confirms again", kept: seen.every(({ confirmed }) => confirmed.applied.length === 3) },
    ],
  };
}

async function expectStatus(node, key, expected) {
  const { status } = await ping(node.url, key);
  if (status !== expected) throw new Error(`a ping was answered with ${status} instead of ${expected}`);
}
