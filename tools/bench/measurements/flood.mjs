import { readdirSync } from "node:fs";
import { Agent, get as httpGet } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { makeFolder } from "../fixtures/folder.mjs";
import { wrongSecrets } from "../../harness/secrets.mjs";
import { medians } from "../load/rounds.mjs";
import { basic } from "../../harness/http.mjs";
import { get, load } from "../load/requests.mjs";
import { begin, mustSucceed, wrk } from "../load/wrk.mjs";
import { quantile } from "../../harness/statistics.mjs";
import { waitFor } from "../../harness/wait.mjs";
import { startLatchkey } from "../servers/latchkey.mjs";
import { memory } from "../../harness/programs.mjs";
import { pings } from "./ping.mjs";

/**
 * 64 connections send secrets in the right format that are not valid. During this flood, keys that are in use are validated, and
 * then keys that have never been used, one after the other. Each of the latter costs a hash and a write.
 */

const firstUsesInARound = 100;
const floodConnections = 64;

/** How long after the flood its effect on memory is read, in milliseconds: part of what is measured. */
const settlingTime = 5_000;

export const title = "Flood";
export const figures = [
  "ping without flood",
  "ping during flood",
  "flood",
  "first uses during flood, answered 200",
  "first uses during flood, p99",
  "memory after flood, over before",
];

export async function measure(_wanted, { rounds, seconds }) {
  const { folder, keys } = await makeFolder({ keys: 100 + firstUsesInARound * rounds });
  const [used, unused] = [keys.slice(0, 100), keys.slice(100)];
  const latchkey = await startLatchkey(folder);
  const ping = pings(latchkey.url, used);
  const wrong = wrongSecrets(keys.map(({ id }) => id), 20_000);
  const flood = load(latchkey.url, wrong.map((secret) => get(`${latchkey.url}/api/v1/ping`, basic(secret))));
  await wrk(ping, { seconds: 1 });
  const before = memory(latchkey.pid);
  const idle = descriptors(latchkey.pid);
  const results = { without: [], during: [], floods: [] };
  const firstUses = [];
  for (let round = 0; round < rounds; round++) {
    results.without.push(await wrk(ping, { seconds }));
    const flooding = begin(flood, { connections: floodConnections, seconds: 600 });
    await waitFor("the flood to connect", () => descriptors(latchkey.pid) >= idle + floodConnections / 2);
    results.during.push(await wrk(ping, { seconds }));
    for (const { secret } of unused.splice(0, firstUsesInARound)) firstUses.push(await timed(latchkey.url, secret));
    flooding.stop();
    results.floods.push(await flooding.result);
    const rates = [results.without, results.during].map((all) => Math.round(all.at(-1).rate));
    console.log(`  round ${round + 1}: ${rates.join(", during the flood ")} a second`);
  }
  await pause(settlingTime);
  const after = memory(latchkey.pid);
  await latchkey.stop();
  for (const result of [...results.without, ...results.during]) mustSucceed("ping", result);
  for (const result of results.floods) mustBeRefused(result);
  return {
    "ping without flood": medians(results.without),
    "ping during flood": medians(results.during),
    flood: medians(results.floods),
    "first uses during flood, answered 200": {
      value: firstUses.filter(({ status }) => status === 200).length / rounds,
    },
    "first uses during flood, p99": { value: quantile(firstUses.map(({ took }) => took), 0.99) },
    "memory after flood, over before": { value: after - before },
  };
}

/** The number of files and connections that a process has open. */
const descriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;

const agent = new Agent({ keepAlive: true });

/** Presents a key. Returns the status of the answer and the milliseconds that it took. */
function timed(url, secret) {
  const before = performance.now();
  return new Promise((resolve, reject) => {
    httpGet(`${url}/api/v1/ping`, { agent, headers: { Authorization: basic(secret) } }, (answer) => {
      answer.resume().once("end", () => resolve({ status: answer.statusCode, took: performance.now() - before }));
    }).once("error", reject);
  });
}

function mustBeRefused({ requests, refused, broken }) {
  if (requests === 0 || refused !== requests || broken > 0) {
    throw new Error(`of ${requests} wrong secrets, ${refused} were refused and ${broken} had no answer`);
  }
}
